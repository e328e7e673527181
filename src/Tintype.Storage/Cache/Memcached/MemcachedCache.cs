using System.Globalization;
using System.Text;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache.Memcached;

/// <summary>
/// The shared level on memcached servers. Each key lives on one of them, chosen by rendezvous hashing: a server that is lost takes its
/// own keys with it and moves no others. While it is away its keys are loaded from the source.
/// </summary>
/// <remarks>
/// Our own client, because no kept library can be had; it knows the three meta commands that <see cref="ISharedCache"/> needs.
/// Source of the hashing: "A Name-Based Mapping Scheme for Rendezvous" (Thaler and Ravishankar, 1996).
/// </remarks>
public sealed class MemcachedCache : ISharedCache, ISharedCounters, IAsyncDisposable
{
    private readonly (Breaker Breaker, MemcachedConnection Connection, ulong Seed)[] servers;

    private readonly string prefix;

    /// <param name="addresses">host:port, one or several; the same in every process.</param>
    /// <param name="prefix">Before every key, so that instances can share servers.</param>
    /// <param name="timeout">What an answer may take; a healthy server on the same network takes one millisecond.</param>
    /// <exception cref="ArgumentException">One of them is no address.</exception>
    public MemcachedCache(IReadOnlyList<string> addresses, string prefix, TimeSpan timeout, TimeProvider time)
    {
        this.prefix = prefix;
        servers = [.. addresses.Select(address => address.Split(':') is [{ Length: > 0 } host, var port] && int.TryParse(port, CultureInfo.InvariantCulture, out var number)
            ? (new Breaker($"memcached {address}", timeout, time), new MemcachedConnection(host, number, timeout), Hash(address, 0))
            : throw new ArgumentException($"'{address}' is not host:port"))];
    }

    public string Name => $"memcached {string.Join(',', servers.Select(server => server.Connection.Name))}";

    /// <remarks>The server's own word for it leaves an empty value, and says to whom (W) it did; everybody else may wait for theirs.</remarks>
    public Task<SharedValue[]> ReadOrLeaseAsync(IReadOnlyList<string> keys, byte[] lease, TimeSpan lifetime) => Task.WhenAll(keys.Select(async key =>
    {
        var answer = await AskAsync("mg", key, $"v c N{Seconds(lifetime)}");
        return answer is { Code: "VA", Bytes: { } bytes }
            ? new SharedValue(bytes, answer.Flag('c'), IsOwnLease: answer.Flag('W') is not null)
            : throw new SharedCacheException($"memcached said {answer.Code} where there should be a value or a lease");
    }));

    public async Task<bool> ReplaceAsync(string key, SharedValue read, byte[] bytes, TimeSpan lifetime) =>
        (await AskAsync("ms", key, $"{bytes.Length} T{Seconds(lifetime)} C{read.Tag}", bytes)).Code == "HD";

    public Task RemoveAsync(IReadOnlyCollection<string> keys) => Task.WhenAll(keys.Select(key => AskAsync("md", key, "")));

    public async Task<long> CountAsync(string key, int by, TimeSpan lifetime)
    {
        // N and J: where nothing is, begins with J. Taking away ends at zero.
        var answer = await AskAsync("ma", key, by >= 0 ? $"N{Seconds(lifetime)} J{by} D{by} v" : $"N{Seconds(lifetime)} J0 D{-by} MD v");
        return answer.Code == "VA" && long.TryParse(answer.Bytes, CultureInfo.InvariantCulture, out var sum) ? sum : throw new SharedCacheException($"memcached said {answer.Code} to a count");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, connection, _) in servers)
        {
            await connection.DisposeAsync();
        }
    }

    private Task<MemcachedAnswer> AskAsync(string command, string key, string flags, byte[]? bytes = null)
    {
        var (breaker, connection, _) = servers.Length == 1 ? servers[0] : servers.MaxBy(server => Hash(key, server.Seed));
        var line = Encoding.ASCII.GetBytes($"{command} {prefix}{key} {flags}\r\n");
        byte[] sent = bytes is null ? line : [.. line, .. bytes, (byte)'\r', (byte)'\n'];
        return breaker.AskAsync(() => connection.AskAsync(sent), connection.GiveUp);
    }

    // Whole seconds, one at least: zero would be for ever.
    private static long Seconds(TimeSpan lifetime) => Math.Max(1, (long)Math.Ceiling(lifetime.TotalSeconds));

    // FNV-1a and SplitMix64's finalizer: the same in every process.
    private static ulong Hash(string text, ulong seed)
    {
        var hash = 14695981039346656037UL ^ seed;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
