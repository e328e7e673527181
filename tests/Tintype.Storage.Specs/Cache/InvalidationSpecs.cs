using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Storage.Cache;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class InvalidationSpecs
{
    private static readonly CachePolicy Policy = new("specs of words", 100, 64, TimeSpan.FromMinutes(1), false, "specs");

    [Fact]
    public async Task With_PostgreSQL_alone_what_one_process_forgets_the_other_forgets()
    {
        await using var store = await Store.OpenAsync(Backend.Postgres);
        await using var one = new Invalidations(new PostgresBus(store.Map), null, TimeProvider.System, NullLogger<Invalidations>.Instance);
        await using var other = new Invalidations(new PostgresBus(store.Map), null, TimeProvider.System, NullLogger<Invalidations>.Instance);
        var heard = new ConcurrentQueue<string>();
        var cache = new PromiseCache<string, string>(Policy, new CacheLevels(TimeProvider.System, null, other));
        cache.Changed += heard.Enqueue;
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
    public async Task While_words_are_heard_what_is_told_of_lives_longer_and_else_for_seconds()
    {
        var clock = new SetClock();
        var policy = Policy with { WhenHeard = Policy.Lifetime * 10 };
        var bus = new Echo();
        await using var words = new Invalidations(bus, null, clock, NullLogger<Invalidations>.Instance);
        bus.Hear = words.Hear;
        var cache = new PromiseCache<string, string>(policy, new CacheLevels(clock, null, words));
        async Task<string?> ReadAsync(string says) => await cache.GetAsync("key", _ => Task.FromResult<string?>(says));

        words.Tell(policy, "something");
        await Eventually.HoldsAsync(() => Task.FromResult(!words.IsDeaf), "it hears itself");
        await ReadAsync("while hearing");
        clock.Move(Policy.Lifetime * 8);
        Assert.Equal("while hearing", await ReadAsync("late"));

        Assert.True(words.IsDeaf);
        clock.Move(Policy.Lifetime * 3);
        Assert.Equal("while deaf", await ReadAsync("while deaf"));
        clock.Move(Invalidations.LifetimeWhenDeaf);
        Assert.Equal("seconds later", await ReadAsync("seconds later"));
    }

    [Fact]
    public async Task A_process_that_is_alone_hears_all_there_is_to_hear()
    {
        var clock = new SetClock();
        var cache = new PromiseCache<string, string>(Policy with { WhenHeard = Policy.Lifetime * 10 }, CacheLevels.Alone(clock));
        await cache.GetAsync("key", _ => Task.FromResult<string?>("old"));

        clock.Move(Policy.Lifetime * 8);

        Assert.Equal("old", await cache.GetAsync("key", _ => Task.FromResult<string?>("new")));
    }

    [Fact]
    public async Task What_turns_out_to_be_another_value_is_told_to_those_who_made_something_of_it()
    {
        var clock = new SetClock();
        var cache = new PromiseCache<string, string>(Policy, CacheLevels.Alone(clock), isSame: (old, loaded) => old == loaded);
        var changed = new List<string>();
        cache.Changed += changed.Add;
        await cache.GetAsync("same", _ => Task.FromResult<string?>("old"));
        await cache.GetAsync("key", _ => Task.FromResult<string?>("old"));
        clock.Move(Policy.Lifetime);

        await cache.GetAsync("same", _ => Task.FromResult<string?>("old"));
        await cache.GetAsync("key", _ => Task.FromResult<string?>("new"));

        Assert.Equal(["key"], changed);
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
        clock.Move(Invalidations.LifetimeWhenDeaf + SenderCounts.OutOfTurn);
        Assert.Equal("old", await cache.GetAsync("key", _ => Task.FromResult<string?>("new")));

        words.Hear("somebody 4");
        clock.Move(SenderCounts.OutOfTurn);
        words.Hear("somebody 5");
        clock.Move(Invalidations.LifetimeWhenDeaf);
        Assert.Equal("new", await cache.GetAsync("key", _ => Task.FromResult<string?>("new")));
    }

    /// <summary>A bus of one process.</summary>
    private sealed class Echo : IProcessBus
    {
        public Action<string> Hear { get; set; } = _ => { };

        public Task SendAsync(string message, CancellationToken cancel)
        {
            Hear(message);
            return Task.CompletedTask;
        }

        public Task ListenAsync(Action<string> hear, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
    }
}
