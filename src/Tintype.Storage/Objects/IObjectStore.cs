namespace Tintype.Storage.Objects;

/// <summary>
/// Where bytes live: originals, renditions, avatars. A key is written once and never changed, so a copy of an object is good for
/// ever; what no row refers to is found by <see cref="ListAsync"/> and removed by a sweep. Every operation can be carried out on a
/// folder, on S3 and on Azure Blob. A store on the network that does not answer is an <see cref="ObjectStoreDownException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>For logs and readiness; without secrets.</summary>
    string Name { get; }

    /// <summary>Takes bytes in on this machine, hashed and counted, before they get a key.</summary>
    StagingFolder Staging { get; }

    /// <summary>Returns when objects can be kept and read; makes the bucket or folder when there is none.</summary>
    /// <exception cref="ObjectStoreDownException">The store does not answer.</exception>
    /// <exception cref="ObjectStoreRefusedException">It answers and will not have us.</exception>
    Task CheckAsync(CancellationToken cancel);

    /// <summary>
    /// Gives staged bytes their key. When this returns they survive a power cut; before, readers see nothing of them. Keeping
    /// the same key again replaces the object in one step.
    /// </summary>
    Task KeepAsync(StagedObject staged, ObjectKey key, CancellationToken cancel);

    /// <summary>Stores bytes that are already in memory; as durable as <see cref="KeepAsync"/>.</summary>
    Task PutAsync(ObjectKey key, byte[] content, CancellationToken cancel);

    /// <summary>Length, entity tag and age, without the content; null when there is no such object.</summary>
    Task<ObjectInfo?> FindAsync(ObjectKey key, CancellationToken cancel);

    /// <summary>Opens an object, or the part of it that <paramref name="range"/> asks for; null when there is no such object.</summary>
    Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancel);

    /// <summary>Removes an object; one that is not there is no error.</summary>
    Task DeleteAsync(ObjectKey key, CancellationToken cancel);

    /// <summary>All objects below a prefix of whole segments ("originals", "renditions/123"), in no order.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel);

    /// <summary>A signed address under which whoever has it can GET the object from the store itself; null when the store has none.</summary>
    Task<Uri?> AddressAsync(ObjectKey key, SignedRead read, CancellationToken cancel);
}

/// <summary>What a signed address grants, and how its answer is dressed.</summary>
/// <param name="Lifetime">From now; the store refuses later.</param>
/// <param name="Disposition">Content-Disposition, for a download; null for none.</param>
public sealed record SignedRead(TimeSpan Lifetime, string ContentType, string CacheControl, string? Disposition);

/// <param name="Length">Bytes.</param>
/// <param name="ETag">A strong entity tag in its quotes.</param>
public sealed record ObjectInfo(ObjectKey Key, long Length, string ETag, DateTimeOffset LastModified);

/// <summary>The bytes from <paramref name="First"/> to <paramref name="Last"/>, both included, counted from 0.</summary>
public readonly record struct ByteRange(long First, long Last)
{
    public long Length => Last - First + 1;
}

/// <summary>An open object; dispose it to close it.</summary>
/// <param name="Content">The asked part only, read once from front to end.</param>
/// <param name="Part">Which bytes of the object <paramref name="Content"/> gives; cut to the object's end.</param>
public sealed record StoredObject(ObjectInfo Info, ByteRange Part, Stream Content) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
