namespace Tintype.Storage.Cache.Levels;

/// <summary>What a memory server said for a key.</summary>
/// <param name="Bytes">Null: nothing is there.</param>
/// <param name="Tag">Names this very version, for <see cref="ISharedCache.ReplaceAsync"/>; what it is made of is the server's business.</param>
public readonly record struct SharedValue(byte[]? Bytes, object? Tag)
{
    public static readonly SharedValue Missing;
}

/// <summary>
/// The few words that a memory server must know so that processes can share a cache on it, prevent herds, and never keep what is old:
/// Redis (alone, Sentinel, Cluster), Garnet, memcached.
/// </summary>
/// <remarks>Each call ends within tens of milliseconds or throws <see cref="SharedCacheException"/>: the databases are not much slower.</remarks>
public interface ISharedCache
{
    /// <summary>For logs and /healthz/ready; without secrets.</summary>
    string Name { get; }

    /// <summary>What is there now, in the order of the keys.</summary>
    Task<SharedValue[]> ReadAsync(IReadOnlyList<string> keys);

    /// <summary>Puts a value where nothing is.</summary>
    /// <returns>The version that stands there now; <see cref="SharedValue.Missing"/> when somebody was first.</returns>
    Task<SharedValue> AddAsync(string key, byte[] bytes, TimeSpan lifetime);

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
