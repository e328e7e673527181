using System.Security.Cryptography;
using Tintype.Storage.Cache.Levels;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

/// <summary>What every memory server must do for the shared cache level, on each that ships.</summary>
public sealed class SharedCacheSpecs
{
    private static int specs;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly string key = $"spec:{Interlocked.Increment(ref specs)}";

    [Theory, Levels]
    public async Task Where_nothing_is_there_is_a_lease_and_then_what_was_put_in_its_place(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        await PutAsync(cache, key, [1, 0, 255]);

        var reads = await cache.ReadOrLeaseAsync([key + "x", key], NewLease(), Minute);

        Assert.Equal([true, false], reads.Select(read => read.IsOwnLease));
        Assert.Equal([1, 0, 255], reads[1].Bytes);
        Assert.False((await LeaseAsync(cache, key + "x")).IsOwnLease, "it was given twice");
    }

    [Theory, Levels]
    public async Task Of_many_who_ask_at_once_one_gets_the_lease(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;

        var given = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => LeaseAsync(cache, key)));

        var own = Assert.Single(given, one => one.IsOwnLease);
        Assert.True(await cache.ReplaceAsync(key, own, [2], Minute));
    }

    [Theory, Levels]
    public async Task A_value_is_replaced_by_whoever_has_seen_it_last_and_nobody_else(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var lease = await LeaseAsync(cache, key);
        Assert.True(await cache.ReplaceAsync(key, lease, [1], Minute));
        var read = await LeaseAsync(cache, key);

        Assert.True(await cache.ReplaceAsync(key, read, [2], Minute));
        Assert.False(await cache.ReplaceAsync(key, read, [3], Minute));
        Assert.False(await cache.ReplaceAsync(key, lease, [4], Minute));

        Assert.Equal([2], (await LeaseAsync(cache, key)).Bytes);
    }

    [Theory, Levels]
    public async Task What_was_removed_meanwhile_is_not_put_back(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var lease = await LeaseAsync(cache, key);
        await cache.RemoveAsync([key]);

        Assert.False(await cache.ReplaceAsync(key, lease, [2], Minute));

        Assert.True((await LeaseAsync(cache, key)).IsOwnLease, "something was there");
        Assert.False(await cache.ReplaceAsync(key, lease, [2], Minute));
    }

    [Theory, Levels]
    public async Task A_lease_lapses(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        await cache.ReadOrLeaseAsync([key], NewLease(), TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(async () => (await LeaseAsync(cache, key)).IsOwnLease, "its lifetime ends");
    }

    [Theory, Levels]
    public async Task A_value_lives_as_long_as_was_said(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        await cache.ReplaceAsync(key, await LeaseAsync(cache, key), [1], TimeSpan.FromSeconds(2));

        Assert.Equal([1], (await LeaseAsync(cache, key)).Bytes);
        await Eventually.HoldsAsync(async () => (await LeaseAsync(cache, key)).IsOwnLease, "its lifetime ends");
    }

    [Theory, Levels]
    public async Task A_hundred_large_values_come_back_as_they_were(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var values = Enumerable.Range(0, 100).Select(n => Enumerable.Repeat((byte)n, n * 300).ToArray()).ToList();
        await Task.WhenAll(values.Select((value, n) => PutAsync(cache, $"{key}:{n}", value)));

        var reads = await cache.ReadOrLeaseAsync([.. values.Select((_, n) => $"{key}:{n}")], NewLease(), Minute);

        Assert.Equal(values, reads.Select(read => read.Bytes));
    }

    [Theory, Levels]
    public async Task Counts_of_many_add_up(LevelKind kind)
    {
        var counters = (await LevelServer.SharedAsync(kind)).Counters;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => counters.CountAsync(key, 2, Minute)));

        Assert.Equal(99, await counters.CountAsync(key, -1, Minute));
    }

    [Theory, Levels]
    public async Task A_counter_ends_with_its_window(LevelKind kind)
    {
        var counters = (await LevelServer.SharedAsync(kind)).Counters;
        await counters.CountAsync(key, 5, TimeSpan.FromSeconds(1));

        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        await Eventually.HoldsAsync(async () => (await LeaseAsync(cache, key)).IsOwnLease, "its window ends");
        await cache.RemoveAsync([key]);
        Assert.Equal(1, await counters.CountAsync(key, 1, Minute));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis, LevelKind.Garnet)]
    public async Task A_server_that_does_not_answer_costs_milliseconds_and_is_found_again(LevelKind kind)
    {
        await using var own = await LevelServer.StartAsync(kind);
        await Eventually.HoldsAsync(async () => await PutAsync(own.Cache, key, [1]), "it is there");

        await own.Process.PauseAsync();
        var asked = TimeProvider.System.GetTimestamp();
        for (var n = 0; n < 100; n++)
        {
            await Assert.ThrowsAsync<SharedCacheException>(() => LeaseAsync(own.Cache, key));
        }
        // A hundred, one after the other: without a breaker they would take fifty seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 25);

        await own.Process.ResumeAsync();
        await Eventually.HoldsAsync(async () => (await LeaseAsync(own.Cache, key)).Bytes is [1], "it answers again");
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis, LevelKind.Garnet)]
    public async Task A_server_that_was_killed_is_found_again_empty(LevelKind kind)
    {
        await using var own = await LevelServer.StartAsync(kind);
        await Eventually.HoldsAsync(async () => await PutAsync(own.Cache, key, [1]), "it is there");

        await own.Process.KillAsync();
        await Assert.ThrowsAsync<SharedCacheException>(() => LeaseAsync(own.Cache, key));

        await own.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await LeaseAsync(own.Cache, key)).IsOwnLease, "it answers again");
    }

    private static byte[] NewLease() => RandomNumberGenerator.GetBytes(9);

    private static async Task<SharedValue> LeaseAsync(ISharedCache cache, string key) => (await cache.ReadOrLeaseAsync([key], NewLease(), Minute))[0];

    private static async Task<bool> PutAsync(ISharedCache cache, string key, byte[] bytes) => await cache.ReplaceAsync(key, await LeaseAsync(cache, key), bytes, Minute);
}
