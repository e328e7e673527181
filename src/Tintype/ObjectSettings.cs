using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using System.Text.Json.Serialization;
using Tintype.Storage.Objects;

namespace Tintype;

[JsonConverter(typeof(JsonStringEnumConverter<ObjectStoreKind>))]
internal enum ObjectStoreKind { Files, S3, Azure }

[JsonConverter(typeof(JsonStringEnumConverter<Delivery>))]
internal enum Delivery { Stream, Redirect }

/// <summary>Where the bytes of photos are kept, and how they are handed out.</summary>
internal sealed record ObjectSettings : IValidatableObject
{
    /// <summary>files (in the data folder), s3 (AWS, MinIO, Ceph, and all that speak it), or azure.</summary>
    public ObjectStoreKind Store { get; set; }

    /// <summary>S3: address of the store without the bucket, such as https://s3.eu-central-1.amazonaws.com or http://minio:9000.</summary>
    public string Url { get; set; } = "";

    /// <summary>Bucket, or container of Azure; made when missing. It must not be public: originals lie in it with their metadata.</summary>
    [RegularExpression("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")]
    public string Bucket { get; set; } = "tintype";

    /// <summary>S3: part of the signature. Stores of one's own take any.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>S3. Empty: from the environment, a profile, or the machine's role, as the SDK finds them.</summary>
    public Secret AccessKey { get; set; }
    public Secret SecretKey { get; set; }

    /// <summary>S3: the bucket in the path, as all but AWS want it, rather than in the host's name.</summary>
    public bool PathStyle { get; set; } = true;

    /// <summary>Azure: the connection string with the account's key.</summary>
    public Secret AzureConnection { get; set; }

    /// <summary>Seconds in which no byte moves until a store counts as down. A page waits no longer; a healthy store answers in 0.1 s.</summary>
    [Range(0.1, 300)]
    public double PatienceSeconds { get; set; } = 5;

    /// <summary>stream: through the media role. redirect: a signed address of the store, which browsers must be able to reach at Url.</summary>
    public Delivery Delivery { get; set; }

    /// <summary>Seconds a signed address holds. Long enough for a slow line, short enough that a link passed on is soon worth nothing.</summary>
    [Range(10, 86_400)]
    public int RedirectSeconds { get; set; } = 600;

    /// <summary>
    /// Address of a CDN that fetches /media and /avatars from this site, such as https://cdn.example.org. Photos of public accounts get
    /// addresses there; those of private accounts stay here, signed.
    /// </summary>
    public string CdnUrl { get; set; } = "";

    /// <summary>Where pages may load pictures from, besides this site; null for nowhere.</summary>
    internal string? ImageOrigin =>
        CdnUrl.Length > 0 ? Origin(CdnUrl)
        : Delivery == Delivery.Stream ? null
        : Store == ObjectStoreKind.Azure ? AzureOrigin()
        : PathStyle ? Origin(Url)
        : Origin(Url).Replace("://", $"://{Bucket}.", StringComparison.Ordinal);

    /// <summary>How long a signed address may hold where addresses are handed out: never longer than the asker's own permission.</summary>
    internal TimeSpan? RedirectFor(TimeSpan permitted) => Delivery == Delivery.Stream ? null : TimeSpan.FromTicks(Math.Min(permitted.Ticks, TimeSpan.FromSeconds(RedirectSeconds).Ticks));

    /// <param name="data">The data folder: objects themselves, or what waits to become one.</param>
    internal IObjectStore Open(string data) => Store switch
    {
        ObjectStoreKind.S3 => new S3ObjectStore(
            new S3Place(Url, Bucket, Region, AccessKey.Value, SecretKey.Value, PathStyle, TimeSpan.FromSeconds(PatienceSeconds)), Path.Combine(data, "staging")),
        ObjectStoreKind.Azure => new AzureBlobObjectStore(
            new AzurePlace(AzureConnection.Value, Bucket, TimeSpan.FromSeconds(PatienceSeconds)), Path.Combine(data, "staging")),
        _ => new FileObjectStore(Path.Combine(data, "objects")),
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Store == ObjectStoreKind.S3 && !IsHttp(Url))
        {
            yield return new ValidationResult("Store=s3 needs Url, the http(s) address of the store without the bucket.");
        }
        if (AccessKey.IsEmpty != SecretKey.IsEmpty)
        {
            yield return new ValidationResult("AccessKey and SecretKey are set together, or neither is.");
        }
        if (Store == ObjectStoreKind.Azure && AzureConnection.IsEmpty)
        {
            yield return new ValidationResult("Store=azure needs AzureConnection, the connection string of the storage account.");
        }
        if (Delivery == Delivery.Redirect && Store == ObjectStoreKind.Files)
        {
            yield return new ValidationResult("Delivery=redirect needs Store=s3 or azure: files in a folder have no addresses.");
        }
        if (CdnUrl.Length > 0 && !IsHttp(CdnUrl))
        {
            yield return new ValidationResult("CdnUrl is an http(s) address.");
        }
        if (CdnUrl.Length > 0 && Delivery == Delivery.Redirect)
        {
            yield return new ValidationResult("CdnUrl needs Delivery=stream: a CDN that is answered with a redirect keeps nothing.");
        }
    }

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static string Origin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    private string AzureOrigin()
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = AzureConnection.Value };
        return parts.TryGetValue("BlobEndpoint", out var endpoint)
            ? Origin((string)endpoint)
            : $"https://{parts["AccountName"]}.blob.{(parts.TryGetValue("EndpointSuffix", out var suffix) ? suffix : "core.windows.net")}";
    }
}
