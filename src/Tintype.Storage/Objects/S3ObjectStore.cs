using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Tintype.Storage.Objects;

/// <summary>Where the bucket is and how to get in.</summary>
/// <param name="Url">Of the store, without the bucket: https://s3.eu-central-1.amazonaws.com, http://minio:9000.</param>
/// <param name="AccessKey">Empty: what the SDK finds by itself (environment, profile, the machine's role).</param>
/// <param name="PathStyle">The bucket in the path rather than in the host's name: all but AWS want it.</param>
/// <param name="Patience">How long nothing may move until the store counts as not answering.</param>
public sealed record S3Place(string Url, string Bucket, string Region, string AccessKey, string SecretKey, bool PathStyle, TimeSpan Patience);

/// <summary>
/// Objects in a bucket of any store that speaks S3: AWS, MinIO, Ceph. What is uploaded is read from its file in staging as it is sent, so
/// memory does not grow with its size; past 8 MiB it goes in parts, each with retries of its own.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    // S3 wants at least 5 MiB a part. Most photos are sent whole; of one part at most 8 MiB are sent again after a fault.
    private const long PartBytes = 8 << 20;

    private readonly S3Place place;
    private readonly AmazonS3Client s3;
    private readonly RemoteCalls calls;

    /// <param name="staging">A folder on this machine.</param>
    public S3ObjectStore(S3Place place, string staging)
    {
        this.place = place;
        Name = $"{place.Url.TrimEnd('/')}/{place.Bucket}";
        Staging = new StagingFolder(staging);
        calls = new RemoteCalls(Name, place.Patience, IsFault);
        var config = new AmazonS3Config
        {
            ServiceURL = place.Url,
            ForcePathStyle = place.PathStyle,
            AuthenticationRegion = place.Region,
            // The newer checksums are refused by stores of some years ago (XAmzContentSHA256Mismatch); the signature covers the content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0, // RemoteCalls does.
            Timeout = Timeout.InfiniteTimeSpan, // RemoteCalls ends what does not move.
        };
        s3 = place.AccessKey.Length > 0 ? new AmazonS3Client(new BasicAWSCredentials(place.AccessKey, place.SecretKey), config) : new AmazonS3Client(config);
    }

    public string Name { get; }

    public StagingFolder Staging { get; }

    public async Task CheckAsync(CancellationToken cancel)
    {
        try
        {
            await calls.AskAsync("check", async moving =>
            {
                try
                {
                    await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = place.Bucket }, moving.Token);
                }
                catch (AmazonS3Exception none) when (none.StatusCode == HttpStatusCode.NotFound)
                {
                    await s3.PutBucketAsync(new PutBucketRequest { BucketName = place.Bucket }, moving.Token);
                }
            }, cancel);
        }
        catch (AmazonS3Exception error)
        {
            throw new ObjectStoreRefusedException(Name, error);
        }
    }

    public async Task KeepAsync(StagedObject staged, ObjectKey key, CancellationToken cancel)
    {
        if (staged.Length > PartBytes)
        {
            await KeepInPartsAsync(staged, key, cancel);
            return;
        }
        await calls.AskAsync("put", async moving =>
        {
            var put = PutOf(key);
            put.FilePath = staged.Path;
            put.StreamTransferProgress += (_, _) => moving.Renew();
            await s3.PutObjectAsync(put, moving.Token);
        }, cancel);
    }

    public Task PutAsync(ObjectKey key, byte[] content, CancellationToken cancel) => calls.AskAsync("put", async moving =>
    {
        var put = PutOf(key);
        put.InputStream = new MemoryStream(content, writable: false);
        put.StreamTransferProgress += (_, _) => moving.Renew();
        await s3.PutObjectAsync(put, moving.Token);
    }, cancel);

    public Task<ObjectInfo?> FindAsync(ObjectKey key, CancellationToken cancel) => calls.AskAsync("find", async moving =>
    {
        try
        {
            var head = await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = place.Bucket, Key = key.Value }, moving.Token);
            return new ObjectInfo(key, head.ContentLength, TagOf(head.ETag), TimeOf(head.LastModified));
        }
        catch (AmazonS3Exception none) when (none.StatusCode == HttpStatusCode.NotFound)
        {
            return (ObjectInfo?)null;
        }
    }, cancel);

    public Task<StoredObject?> OpenReadAsync(ObjectKey key, Objects.ByteRange? range, CancellationToken cancel) => calls.AskAsync("read", async moving =>
    {
        try
        {
            var get = new GetObjectRequest { BucketName = place.Bucket, Key = key.Value };
            if (range is { } asked)
            {
                get.ByteRange = new Amazon.S3.Model.ByteRange(asked.First, asked.Last);
            }
            var got = await s3.GetObjectAsync(get, moving.Token);
            var length = got.ContentRange is { } part ? long.Parse(part.AsSpan(part.IndexOf('/') + 1), null) : got.ContentLength;
            var first = range?.First ?? 0;
            return new StoredObject(
                new ObjectInfo(key, length, TagOf(got.ETag), TimeOf(got.LastModified)), new(first, first + got.ContentLength - 1),
                new PartOfStream(got.ResponseStream, got.ContentLength, place.Patience));
        }
        catch (AmazonS3Exception none) when (none.StatusCode == HttpStatusCode.NotFound)
        {
            return (StoredObject?)null;
        }
    }, cancel);

    public Task DeleteAsync(ObjectKey key, CancellationToken cancel) => calls.AskAsync(
        "delete", moving => s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = place.Bucket, Key = key.Value }, moving.Token), cancel);

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var list = new ListObjectsV2Request { BucketName = place.Bucket, Prefix = ObjectKey.PrefixOf(prefix) };
        while (true)
        {
            var page = await calls.AskAsync("list", moving => s3.ListObjectsV2Async(list, moving.Token), cancel);
            foreach (var found in page.S3Objects ?? [])
            {
                if (ObjectKey.TryParse(found.Key, out var key))
                {
                    yield return new ObjectInfo(key, found.Size ?? 0, TagOf(found.ETag), TimeOf(found.LastModified));
                }
            }
            if (page.IsTruncated != true)
            {
                yield break;
            }
            list.ContinuationToken = page.NextContinuationToken;
        }
    }

    public async Task<Uri?> AddressAsync(ObjectKey key, SignedRead read, CancellationToken cancel)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = place.Bucket,
            Key = key.Value,
            Verb = HttpVerb.GET,
            Protocol = place.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTP : Protocol.HTTPS,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime + read.Lifetime,
        };
        request.ResponseHeaderOverrides.ContentType = read.ContentType;
        request.ResponseHeaderOverrides.CacheControl = read.CacheControl;
        request.ResponseHeaderOverrides.ContentDisposition = read.Disposition;
        return new Uri(await s3.GetPreSignedURLAsync(request));
    }

    public void Dispose() => s3.Dispose();

    /// <summary>Until the last word nobody sees anything of it; a part that fails for good takes the others along.</summary>
    private async Task KeepInPartsAsync(StagedObject staged, ObjectKey key, CancellationToken cancel)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = place.Bucket, Key = key.Value, ContentType = KeyedContent.TypeOf(key) };
        begin.Headers.CacheControl = KeyedContent.Caching;
        var upload = (await calls.AskAsync("begin parts", moving => s3.InitiateMultipartUploadAsync(begin, moving.Token), cancel)).UploadId;
        try
        {
            var sent = new List<PartETag>();
            for (var at = 0L; at < staged.Length; at += PartBytes)
            {
                var (number, from) = (sent.Count + 1, at);
                var part = await calls.AskAsync("put part", moving => s3.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = place.Bucket, Key = key.Value, UploadId = upload, PartNumber = number,
                    FilePath = staged.Path, FilePosition = from, PartSize = Math.Min(PartBytes, staged.Length - from),
                    StreamTransferProgress = (_, _) => moving.Renew(),
                }, moving.Token), cancel);
                sent.Add(new PartETag(number, part.ETag));
            }
            await calls.AskAsync("end parts", moving => s3.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = place.Bucket, Key = key.Value, UploadId = upload, PartETags = sent }, moving.Token), cancel);
        }
        catch
        {
            await DropPartsAsync(key, upload);
            throw;
        }
    }

    private async Task DropPartsAsync(ObjectKey key, string upload)
    {
        try
        {
            await calls.AskAsync("drop parts", moving => s3.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = place.Bucket, Key = key.Value, UploadId = upload }, moving.Token), CancellationToken.None);
        }
        catch (Exception left) when (left is ObjectStoreDownException or AmazonS3Exception)
        {
            // What made the upload fail matters more; parts that stay are the bucket's lifecycle rule's to remove.
        }
    }

    private PutObjectRequest PutOf(ObjectKey key)
    {
        var put = new PutObjectRequest { BucketName = place.Bucket, Key = key.Value, ContentType = KeyedContent.TypeOf(key), AutoCloseStream = true };
        put.Headers.CacheControl = KeyedContent.Caching;
        return put;
    }

    private static string TagOf(string tag) => $"\"{tag.Trim('"')}\"";

    private static DateTimeOffset TimeOf(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime(), TimeSpan.Zero) : default;

    private static bool IsFault(Exception error) => error switch
    {
        AmazonS3Exception { ErrorCode: "RequestTimeout" } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or 0 } => true,
        AmazonServiceException => false,
        AmazonClientException or HttpRequestException or IOException => true,
        _ => false,
    };
}
