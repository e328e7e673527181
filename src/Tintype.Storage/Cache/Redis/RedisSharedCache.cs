using StackExchange.Redis;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache.Redis;

/// <summary>The shared level on a server of Redis' protocol. Each key is asked for by itself, so that they may lie anywhere in a cluster; all go out together.</summary>
/// <param name="timeout">What an answer may take; a healthy server on the same network takes one millisecond.</param>
public sealed class RedisSharedCache(RedisConnection redis, TimeSpan timeout, TimeProvider time) : ISharedCache, ISharedCounters
{
    private readonly Breaker breaker = new($"memory server {redis.Name}", timeout, time);

    public string Name => redis.Name;

    public Task<SharedValue[]> ReadAsync(IReadOnlyList<string> keys) => AskAsync(database => Task.WhenAll(keys.Select(async key =>
        await database.StringGetAsync(Key(key)) is { IsNull: false } found ? new SharedValue(found, null) : SharedValue.Missing)));

    public Task<SharedValue> AddAsync(string key, byte[] bytes, TimeSpan lifetime) => AskAsync(async database =>
        await database.StringSetAsync(Key(key), bytes, lifetime, when: When.NotExists) ? new SharedValue(bytes, null) : SharedValue.Missing);

    /// <remarks>The version is the value itself: two of the same moment and the same bytes are the same. WATCH, so that every server can do it.</remarks>
    public Task<bool> ReplaceAsync(string key, SharedValue read, byte[] bytes, TimeSpan lifetime) => AskAsync(database =>
    {
#pragma warning disable SER301 // What it proposes, SET IFEQ, is known to Redis from 8.4 and to no other.
        var change = database.CreateTransaction();
        change.AddCondition(Condition.StringEqual(Key(key), read.Bytes));
        _ = change.StringSetAsync(Key(key), bytes, lifetime);
        return change.ExecuteAsync();
#pragma warning restore SER301
    });

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
