using System.Net;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Tintype.Storage.Objects;

/// <param name="Connection">As the portal shows it; holds the account's key.</param>
/// <param name="Patience">How long nothing may move until the store counts as not answering.</param>
public sealed record AzurePlace(string Connection, string Container, TimeSpan Patience);

/// <summary>Objects as block blobs of a container. What is uploaded is read from its file in staging, at most 8 MiB at once.</summary>
public sealed class AzureBlobObjectStore : IObjectStore
{
    private static readonly StorageTransferOptions InParts = new() { MaximumConcurrency = 1, InitialTransferSize = 8 << 20, MaximumTransferSize = 8 << 20 };

    private readonly BlobContainerClient container;
    private readonly RemoteCalls calls;

    /// <param name="staging">A folder on this machine.</param>
    public AzureBlobObjectStore(AzurePlace place, string staging)
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = 0; // RemoteCalls does,
        options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan; // and it ends what does not move.
        container = new BlobServiceClient(place.Connection, options).GetBlobContainerClient(place.Container);
        Name = container.Uri.GetLeftPart(UriPartial.Path);
        Staging = new StagingFolder(staging);
        calls = new RemoteCalls(Name, place.Patience, IsFault);
    }

    public string Name { get; }

    public StagingFolder Staging { get; }

    public async Task CheckAsync(CancellationToken cancel)
    {
        try
        {
            await calls.AskAsync("check", async moving =>
            {
                if (!await container.ExistsAsync(moving.Token))
                {
                    await container.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: moving.Token);
                }
            }, cancel);
        }
        catch (RequestFailedException error)
        {
            throw new ObjectStoreRefusedException(Name, error);
        }
    }

    public Task KeepAsync(StagedObject staged, ObjectKey key, CancellationToken cancel) => calls.AskAsync("put", async moving =>
    {
        await using var file = File.OpenRead(staged.Path);
        await UploadAsync(key, file, moving);
    }, cancel);

    public Task PutAsync(ObjectKey key, byte[] content, CancellationToken cancel) => calls.AskAsync("put", async moving =>
    {
        using var bytes = new MemoryStream(content, writable: false);
        await UploadAsync(key, bytes, moving);
    }, cancel);

    public Task<ObjectInfo?> FindAsync(ObjectKey key, CancellationToken cancel) => calls.AskAsync("find", async moving =>
    {
        try
        {
            var found = (await container.GetBlobClient(key.Value).GetPropertiesAsync(cancellationToken: moving.Token)).Value;
            return new ObjectInfo(key, found.ContentLength, TagOf(found.ETag), found.LastModified);
        }
        catch (RequestFailedException none) when (none.Status == (int)HttpStatusCode.NotFound)
        {
            return (ObjectInfo?)null;
        }
    }, cancel);

    public Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancel) => calls.AskAsync("read", async moving =>
    {
        try
        {
            var options = new BlobDownloadOptions { Range = range is { } asked ? new HttpRange(asked.First, asked.Length) : default };
            var got = (await container.GetBlobClient(key.Value).DownloadStreamingAsync(options, moving.Token)).Value;
            var details = got.Details;
            var length = details.ContentRange is { Length: > 0 } part ? long.Parse(part.AsSpan(part.IndexOf('/') + 1), null) : details.ContentLength;
            var first = range?.First ?? 0;
            return new StoredObject(
                new ObjectInfo(key, length, TagOf(details.ETag), details.LastModified), new(first, first + details.ContentLength - 1),
                new PartOfStream(got.Content, details.ContentLength, calls.Patience));
        }
        catch (RequestFailedException none) when (none.Status == (int)HttpStatusCode.NotFound)
        {
            return (StoredObject?)null;
        }
    }, cancel);

    public Task DeleteAsync(ObjectKey key, CancellationToken cancel) => calls.AskAsync(
        "delete", moving => container.GetBlobClient(key.Value).DeleteIfExistsAsync(cancellationToken: moving.Token), cancel);

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var options = new GetBlobsOptions { Prefix = ObjectKey.PrefixOf(prefix) };
        for (string? after = null; ;)
        {
            var page = await calls.AskAsync("list", moving => PageAsync(options, after, moving.Token), cancel);
            foreach (var found in page.Values)
            {
                if (ObjectKey.TryParse(found.Name, out var key))
                {
                    var about = found.Properties;
                    yield return new ObjectInfo(key, about.ContentLength ?? 0, TagOf(about.ETag ?? default), about.LastModified ?? default);
                }
            }
            after = page.ContinuationToken;
            if (string.IsNullOrEmpty(after))
            {
                yield break;
            }
        }
    }

    public Task<Uri?> AddressAsync(ObjectKey key, SignedRead read, CancellationToken cancel)
    {
        var blob = container.GetBlobClient(key.Value);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, TimeProvider.System.GetUtcNow() + read.Lifetime)
        {
            BlobContainerName = container.Name, BlobName = key.Value, Resource = "b",
            ContentType = read.ContentType, CacheControl = read.CacheControl, ContentDisposition = read.Disposition,
        };
        return Task.FromResult(blob.CanGenerateSasUri ? blob.GenerateSasUri(sas) : null);
    }

    private Task UploadAsync(ObjectKey key, Stream content, Patience moving) => container.GetBlobClient(key.Value).UploadAsync(content, new BlobUploadOptions
    {
        HttpHeaders = new BlobHttpHeaders { ContentType = KeyedContent.TypeOf(key), CacheControl = KeyedContent.Caching },
        TransferOptions = InParts,
        ProgressHandler = new Moves(moving),
    }, moving.Token);

    private async Task<Page<BlobItem>> PageAsync(GetBlobsOptions options, string? after, CancellationToken cancel)
    {
        await foreach (var page in container.GetBlobsAsync(options, cancel).AsPages(after))
        {
            return page;
        }
        return Page<BlobItem>.FromValues([], null, null!);
    }

    private static string TagOf(ETag tag) => tag.ToString("H");

    private static bool IsFault(Exception error) => error switch
    {
        RequestFailedException answer => answer.Status is 0 or 408 or 429 or >= 500,
        AggregateException many => many.InnerExceptions.All(IsFault),
        _ => error is IOException or HttpRequestException,
    };

    /// <summary>Tells at once; <see cref="Progress{T}"/> would tell by way of a thread pool that may be busy.</summary>
    private sealed class Moves(Patience moving) : IProgress<long>
    {
        public void Report(long value) => moving.Renew();
    }
}
