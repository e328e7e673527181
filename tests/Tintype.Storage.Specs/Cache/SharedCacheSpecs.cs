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
    public async Task What_is_not_there_is_missing_and_what_was_added_is_there(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;

        Assert.Null((await cache.ReadAsync([key]))[0].Bytes);
        await cache.AddAsync(key, [1, 0, 255], Minute);

        var reads = await cache.ReadAsync([key + "x", key]);
        Assert.Null(reads[0].Bytes);
        Assert.Equal([1, 0, 255], reads[1].Bytes);
    }

    [Theory, Levels]
    public async Task Of_many_who_add_at_once_one_does(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => cache.AddAsync(key, [(byte)n], Minute)));

        var winner = Assert.Single(added, one => one.Bytes is not null);
        Assert.Equal(winner.Bytes, (await cache.ReadAsync([key]))[0].Bytes);
    }

    [Theory, Levels]
    public async Task A_value_is_replaced_by_whoever_has_seen_it_last_and_nobody_else(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var added = await cache.AddAsync(key, [1], Minute);
        var read = (await cache.ReadAsync([key]))[0];

        Assert.True(await cache.ReplaceAsync(key, added, [2], Minute));
        Assert.False(await cache.ReplaceAsync(key, read, [3], Minute));

        Assert.Equal([2], (await cache.ReadAsync([key]))[0].Bytes);
    }

    [Theory, Levels]
    public async Task What_was_removed_meanwhile_is_not_put_back(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var lease = await cache.AddAsync(key, [1], Minute);
        await cache.RemoveAsync([key]);

        Assert.False(await cache.ReplaceAsync(key, lease, [2], Minute));
        Assert.Null((await cache.ReadAsync([key]))[0].Bytes);

        await cache.AddAsync(key, [9], Minute);
        Assert.False(await cache.ReplaceAsync(key, lease, [2], Minute));
        Assert.Equal([9], (await cache.ReadAsync([key]))[0].Bytes);
    }

    [Theory, Levels]
    public async Task A_lease_lapses(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        await cache.AddAsync(key, [1], TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(async () => (await cache.AddAsync(key, [2], Minute)).Bytes is not null, "its lifetime ends");
    }

    [Theory, Levels]
    public async Task A_hundred_large_values_come_back_as_they_were(LevelKind kind)
    {
        var cache = (await LevelServer.SharedAsync(kind)).Cache;
        var values = Enumerable.Range(0, 100).Select(n => Enumerable.Repeat((byte)n, n * 300).ToArray()).ToList();
        await Task.WhenAll(values.Select((value, n) => cache.AddAsync($"{key}:{n}", value, Minute)));

        var reads = await cache.ReadAsync([.. values.Select((_, n) => $"{key}:{n}")]);

        Assert.Equal(values, reads.Select(read => read.Bytes!));
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
        await Eventually.HoldsAsync(async () => (await cache.ReadAsync([key]))[0].Bytes is null, "its window ends");
        Assert.Equal(1, await counters.CountAsync(key, 1, Minute));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis, LevelKind.Garnet)]
    public async Task A_server_that_does_not_answer_costs_milliseconds_and_is_found_again(LevelKind kind)
    {
        await using var own = await LevelServer.StartAsync(kind);
        await Eventually.HoldsAsync(async () => (await own.Cache.AddAsync(key, [1], Minute)).Bytes is not null || (await own.Cache.ReadAsync([key]))[0].Bytes is [1], "it is there");

        await own.Process.PauseAsync();
        var asked = TimeProvider.System.GetTimestamp();
        for (var n = 0; n < 100; n++)
        {
            await Assert.ThrowsAsync<SharedCacheException>(() => own.Cache.ReadAsync([key]));
        }
        // A hundred, one after the other: without a breaker they would take fifty seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 25);

        await own.Process.ResumeAsync();
        await Eventually.HoldsAsync(async () => (await own.Cache.ReadAsync([key]))[0].Bytes is [1], "it answers again");
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis, LevelKind.Garnet)]
    public async Task A_server_that_was_killed_is_found_again_empty(LevelKind kind)
    {
        await using var own = await LevelServer.StartAsync(kind);
        await Eventually.HoldsAsync(async () => (await own.Cache.AddAsync(key, [1], Minute)).Bytes is not null || (await own.Cache.ReadAsync([key]))[0].Bytes is [1], "it is there");

        await own.Process.KillAsync();
        await Assert.ThrowsAsync<SharedCacheException>(() => own.Cache.ReadAsync([key]));

        await own.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await own.Cache.ReadAsync([key]))[0].Bytes is null, "it answers again");
    }
}
