using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Storage.Cache;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class InvalidationSpecs
{
    private static readonly CachePolicy Policy = new("specs of words", 100, TimeSpan.FromMinutes(1), false, "specs");

    [Fact]
    public async Task With_PostgreSQL_alone_what_one_process_forgets_the_other_forgets()
    {
        await using var store = await Store.OpenAsync(Backend.Postgres);
        await using var one = new Invalidations(new PostgresBus(store.Map), null, TimeProvider.System, NullLogger<Invalidations>.Instance);
        await using var other = new Invalidations(new PostgresBus(store.Map), null, TimeProvider.System, NullLogger<Invalidations>.Instance);
        var heard = new ConcurrentQueue<string>();
        var cache = new PromiseCache<string, string>(Policy, new CacheLevels(TimeProvider.System, null, other));
        cache.Forgotten += heard.Enqueue;
        await one.StartAsync(CancellationToken.None);
        await other.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(!one.IsDeaf && !other.IsDeaf), "both hear themselves");

        foreach (var n in Enumerable.Range(0, 2_000))
        {
            one.Tell(Policy, $"key {n}/ä");
        }

        await Eventually.HoldsAsync(() => Task.FromResult(heard.Count >= 2_000), "all is heard");
        Assert.Equal(Enumerable.Range(0, 2_000).Select(n => $"key {n}/ä"), heard);
        await one.StopAsync(CancellationToken.None);
        await other.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_notices_that_words_were_lost_loads_anew_within_seconds()
    {
        var clock = new SetClock();
        await using var words = new Invalidations(null, null, clock, NullLogger<Invalidations>.Instance);
        var cache = new PromiseCache<string, string>(Policy, new CacheLevels(clock, null, words));
        words.Hear("somebody 1");
        await cache.GetAsync("key", _ => Task.FromResult<string?>("old"));

        words.Hear("somebody 2");
        clock.Move(Invalidations.LifetimeWhenDeaf);
        Assert.Equal("old", await cache.GetAsync("key", _ => Task.FromResult<string?>("new")));

        words.Hear("somebody 4");
        clock.Move(Invalidations.LifetimeWhenDeaf);
        Assert.Equal("new", await cache.GetAsync("key", _ => Task.FromResult<string?>("new")));
    }
}
