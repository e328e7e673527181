using StackExchange.Redis;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache.Redis;

/// <summary>The shared level on a server of Redis' protocol. Each key is asked for by itself, so that they may lie anywhere in a cluster; all go out together.</summary>
/// <param name="timeout">What an answer may take; a healthy server on the same network takes one millisecond.</param>
public sealed class RedisSharedCache(RedisConnection redis, TimeSpan timeout, TimeProvider time) : ISharedCache, ISharedCounters
{
    private const string ReadOrLease = """
        local there = redis.call('GET', KEYS[1])
        if not there then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
        return there
        """;

    // A transaction that watches the key would hold up everything else on the connection until the server has said what is there.
    private const string Replace = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;

    private readonly Breaker breaker = new($"memory server {redis.Name}", timeout, time);

    public string Name => redis.Name;

    public Task<SharedValue[]> ReadOrLeaseAsync(IReadOnlyList<string> keys, byte[] lease, TimeSpan lifetime)
    {
        RedisValue[] put = [lease, (long)lifetime.TotalMilliseconds];
        return AskAsync(database => Task.WhenAll(keys.Select(async key =>
            (byte[]?)await database.ScriptEvaluateAsync(ReadOrLease, [Key(key)], put) is { } found ? new SharedValue(found, null, IsOwnLease: false) : new SharedValue(lease, null, IsOwnLease: true))));
    }

    /// <remarks>The version is the value itself: two of the same moment and the same bytes are the same.</remarks>
    public Task<bool> ReplaceAsync(string key, SharedValue read, byte[] bytes, TimeSpan lifetime) => AskAsync(async database =>
        (bool)await database.ScriptEvaluateAsync(Replace, [Key(key)], [read.Bytes, bytes, (long)lifetime.TotalMilliseconds]));

    public Task RemoveAsync(IReadOnlyCollection<string> keys) => AskAsync(database => Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(Key(key)))));

    public Task<long> CountAsync(string key, int by, TimeSpan lifetime) => AskAsync(async database =>
    {
        var change = database.CreateTransaction();
        var sum = change.StringIncrementAsync(Key(key), by);
        _ = change.KeyExpireAsync(Key(key), lifetime);
        return await change.ExecuteAsync() ? await sum : throw new MemoryServerException("the count was not made", new InvalidOperationException());
    });

    private RedisKey Key(string key) => redis.Prefix + key;

    private Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask) => breaker.AskAsync(() => redis.AskAsync(ask));
}
