namespace Tintype.Storage.Cache.Levels;

/// <summary>What stands at a key of a memory server.</summary>
/// <param name="Bytes">Of a lease: the server's business.</param>
/// <param name="Tag">Names this very version, for <see cref="ISharedCache.ReplaceAsync"/>; what it is made of is the server's business.</param>
/// <param name="IsOwnLease">Whether this very call has put it there.</param>
public readonly record struct SharedValue(byte[] Bytes, object? Tag, bool IsOwnLease);

/// <summary>
/// The few words that a memory server must know so that processes can share a cache on it, prevent herds, and never keep what is old:
/// Redis (alone, Sentinel, Cluster), Garnet, memcached.
/// </summary>
/// <remarks>Each call ends within tens of milliseconds or throws <see cref="SharedCacheException"/>: the databases are not much slower.</remarks>
public interface ISharedCache
{
    /// <summary>For logs and /healthz/ready; without secrets.</summary>
    string Name { get; }

    /// <summary>What is there now, in the order of the keys. Where nothing is, a lease is put and given: in the same round trip.</summary>
    /// <param name="lease">Unlike that of any other call, and unlike every value.</param>
    Task<SharedValue[]> ReadOrLeaseAsync(IReadOnlyList<string> keys, byte[] lease, TimeSpan lifetime);

    /// <summary>Puts a value in the place of that very version; does nothing if another is there, or none.</summary>
    Task<bool> ReplaceAsync(string key, SharedValue read, byte[] bytes, TimeSpan lifetime);

    Task RemoveAsync(IReadOnlyCollection<string> keys);
}

/// <summary>Counters that all processes share, on a memory server.</summary>
public interface ISharedCounters
{
    /// <summary>Adds to a counter that begins at zero and lives at least so long from now. Never below zero where the server can keep it so.</summary>
    /// <returns>The sum.</returns>
    /// <exception cref="SharedCacheException">It was not counted, or nobody knows.</exception>
    Task<long> CountAsync(string key, int by, TimeSpan lifetime);
}

/// <summary>The memory server did not answer in time, or said what makes no sense. Whoever asked goes to the source.</summary>
public sealed class SharedCacheException(string message, Exception? inner = null) : Exception(message, inner);
