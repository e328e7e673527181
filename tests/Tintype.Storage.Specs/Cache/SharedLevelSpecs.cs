using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Storage.Cache;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

/// <summary>Caches of several processes over one memory server: leases, herds, and what was written meanwhile.</summary>
public sealed class SharedLevelSpecs
{
    private static int specs;
    private static readonly CacheForm<string> Form = new((packed, text) => packed.Text(text), (ref PackedReader packed) => packed.Text()!);
    private readonly CachePolicy policy = new($"specs {Interlocked.Increment(ref specs)}", 10_000, 64, TimeSpan.FromMinutes(1), true, "specs");
    private readonly SetClock clock = new();
    private int loads;

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task Ten_thousand_who_want_one_cold_key_in_three_processes_cost_one_load(LevelKind kind)
    {
        await using var three = await ProcessesAsync(kind, 3);
        var source = new TaskCompletionSource<string?>();

        var readers = Enumerable.Range(0, 10_000).Select(n => Task.Run(async () => await three[n % 3].GetAsync("cold", _ => LoadAsync(source.Task)))).ToList();
        await Eventually.HoldsAsync(() => Task.FromResult(loads > 0), "somebody loads");
        source.SetResult("value");

        Assert.All(await Task.WhenAll(readers), value => Assert.Equal("value", value));
        Assert.Equal(1, loads);
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task What_one_process_loaded_the_others_have(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        await two[0].GetAsync(["a", "b", "nobody"], keys => Task.FromResult<string?[]>([.. keys.Select(key => key == "nobody" ? null : key.ToUpperInvariant())]));
        await two.SettledAsync("a", "b", "nobody");

        var values = await two[1].GetAsync(["nobody", "a", "c", "b"], keys =>
        {
            Assert.Equal(["c"], keys);
            return Task.FromResult<string?[]>(["C"]);
        });

        Assert.Equal([null, "A", "C", "B"], values);
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task What_was_loaded_before_a_write_is_neither_kept_nor_shared_after_it(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        var source = new TaskCompletionSource<string?>();
        var reading = two[0].GetAsync("key", _ => LoadAsync(source.Task));
        await Eventually.HoldsAsync(() => Task.FromResult(loads == 1), "it loads");

        two[1].Forget("key");
        await two.ToldAsync();
        source.SetResult("old");

        Assert.Equal("old", await reading);
        Assert.Equal("new", await two[1].GetAsync("key", _ => LoadAsync(Task.FromResult<string?>("new"))));
        Assert.Equal("new", await two[0].GetAsync("key", _ => LoadAsync(Task.FromResult<string?>("new"))));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task Once_everything_is_forgotten_nobody_has_what_was_there_before(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        await two[0].GetAsync(["a", "b"], keys => Task.FromResult<string?[]>([.. keys.Select(_ => "old")]));
        await two.SettledAsync("a", "b");
        await two[1].GetAsync("a", _ => Task.FromResult<string?>("not asked"));

        await two.ForgetAllAsync();

        Assert.Equal(["new", "new"], await two[0].GetAsync(["a", "b"], keys => Task.FromResult<string?[]>([.. keys.Select(_ => "new")])));
        Assert.Equal(["new", "new"], await two[1].GetAsync(["a", "b"], keys => Task.FromResult<string?[]>([.. keys.Select(_ => "new")])));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task Whoever_wrote_never_reads_from_the_shared_level_what_was_there_before(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        for (var n = 0; n < 100; n++)
        {
            await two[1].GetAsync("key", _ => Task.FromResult<string?>($"before {n}"));
            await two.SettledAsync("key");

            two[0].Forget("key");

            Assert.Equal($"{n}", await two[0].GetAsync("key", _ => Task.FromResult<string?>($"{n}")));
            await two.ToldAsync();
        }
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task A_value_that_grows_old_is_renewed_by_one_process_and_read_by_all(LevelKind kind)
    {
        await using var three = await ProcessesAsync(kind, 3);
        await three[0].GetAsync("key", _ => LoadAsync(Task.FromResult<string?>("old")));
        await three.SettledAsync("key");
        clock.Move(policy.Lifetime * 0.95);
        var source = new TaskCompletionSource<string?>();

        foreach (var process in three)
        {
            Assert.Equal("old", await process.GetAsync("key", _ => LoadAsync(source.Task)));
        }
        await Eventually.HoldsAsync(() => Task.FromResult(loads == 2), "one renews");
        source.SetResult("new");

        foreach (var process in three)
        {
            await Eventually.HoldsAsync(async () =>
            {
                clock.Move(TimeSpan.FromSeconds(0.1));
                return await process.GetAsync("key", _ => LoadAsync(source.Task)) == "new";
            }, "all have it");
        }
        Assert.Equal(2, loads);
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task While_the_source_is_down_a_process_that_just_started_has_what_others_had(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        await two[0].GetAsync("key", _ => Task.FromResult<string?>("value"));
        await two.SettledAsync("key");
        clock.Move(policy.Lifetime * 1.5);

        Assert.Equal("value", await two[1].GetAsync("key", _ => Task.FromException<string?>(new TimeoutException())));
        await Assert.ThrowsAsync<TimeoutException>(async () => await two[1].GetAsync("other", _ => Task.FromException<string?>(new TimeoutException())));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task Whose_load_fails_lets_go_of_the_lease(LevelKind kind)
    {
        await using var two = await ProcessesAsync(kind, 2);
        await Assert.ThrowsAsync<TimeoutException>(async () => await two[0].GetAsync("key", _ => Task.FromException<string?>(new TimeoutException())));

        Assert.Equal("value", await two[1].GetAsync("key", _ => Task.FromResult<string?>("value")));
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task A_level_that_is_gone_is_done_without_and_used_again_when_it_is_back(LevelKind kind)
    {
        await using var server = await LevelServer.StartAsync(kind);
        await using var two = Processes(server.Cache, 2);
        await two[0].GetAsync("before", _ => Task.FromResult<string?>("value"));

        await server.Process.KillAsync();
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal($"{n}", await two[n % 2].GetAsync($"during {n}", _ => Task.FromResult<string?>($"{n}")));
        }
        two[0].Forget("before");

        await server.StartAgainAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await two[0].GetAsync($"after {Interlocked.Increment(ref loads)}", _ => Task.FromResult<string?>("value"));
            await Task.Delay(50);
            var mine = true;
            await two[1].GetAsync($"after {loads}", _ => { mine = false; return Task.FromResult<string?>("value"); });
            return mine;
        }, "what one loads the other has");
        await two.ToldAsync();
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task A_level_wiped_under_load_costs_no_error_and_each_key_a_load(LevelKind kind)
    {
        await using var server = await LevelServer.StartAsync(kind, LevelServer.Endless);
        await using var three = Processes(server.Cache, 3, entries: 50);
        const int keys = 300;
        var loaded = new ConcurrentDictionary<string, int>();
        // So few entries in each process that nearly all is read from the level.
        Task ReadAllAsync() => Task.WhenAll(Enumerable.Range(0, keys * 6).Select(n => Task.Run(async () =>
        {
            var key = $"{n % keys}";
            Assert.Equal(key, await three[n % 3].GetAsync(key, _ =>
            {
                loaded.AddOrUpdate(key, 1, (_, before) => before + 1);
                return Task.FromResult<string?>(key);
            }));
        })));
        await ReadAllAsync();
        loaded.Clear();

        await server.Process.KillAsync();
        await server.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await server.Cache.ReadOrLeaseAsync(["x"], [1], TimeSpan.FromSeconds(1))).Length == 1, "it answers");
        await ReadAllAsync();

        Assert.InRange(loaded.Values.Sum(), 1, keys * 2);
    }

    [Theory, Levels(LevelKind.Memcached, LevelKind.Redis)]
    public async Task What_a_wiped_level_had_is_put_back_before_most_of_it_is_asked_for(LevelKind kind)
    {
        await using var server = await LevelServer.StartAsync(kind, LevelServer.Endless);
        await using var two = Processes(server.Cache, 2, entries: 50);
        string[] keys = [.. Enumerable.Range(0, 400).Select(n => $"{n}")];
        var loaded = new ConcurrentDictionary<string, int>();
        Task<string?[]> Load(string[] some)
        {
            Array.ForEach(some, key => loaded.AddOrUpdate(key, 1, (_, before) => before + 1));
            return Task.FromResult<string?[]>([.. some]);
        }
        foreach (var process in two)
        {
            await process.GetAsync(keys, Load);
            await two.SettledAsync(keys);
            await process.GetAsync(keys, Load);
        }
        loaded.Clear();

        await server.Process.KillAsync();
        await server.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await server.Cache.ReadOrLeaseAsync(["x"], [1], TimeSpan.FromSeconds(1))).Length == 1, "it answers");
        // Of those that each process asks for it may have fifty itself.
        const int asked = 200;
        for (var n = 0; n < asked; n++)
        {
            Assert.Equal(keys[n], await two[n % 2].GetAsync(keys[n], Load));
        }

        // Two of which only one can be remembered are a handful among so few.
        await Eventually.HoldsAsync(() => Task.FromResult(loaded.Count > keys.Length * 0.9), "it is put back");
        Assert.All(keys.Skip(asked), key => Assert.InRange(loaded.GetValueOrDefault(key), 0, 1));
    }

    private Task<string?> LoadAsync(Task<string?> source)
    {
        Interlocked.Increment(ref loads);
        return source;
    }

    private async Task<SomeProcesses> ProcessesAsync(LevelKind kind, int count) => Processes((await LevelServer.SharedAsync(kind)).Cache, count);

    private SomeProcesses Processes(ISharedCache server, int count, int? entries = null) =>
        new(policy with { Entries = entries ?? policy.Entries }, server, clock, count);

    /// <summary>What so many processes have of one cache; they hear each other through this one.</summary>
    private sealed class SomeProcesses : List<PromiseCache<string, string>>, IAsyncDisposable
    {
        private readonly CachePolicy policy;
        private readonly ISharedCache server;
        private readonly List<Invalidations> invalidations = [];

        public SomeProcesses(CachePolicy policy, ISharedCache server, TimeProvider clock, int count)
        {
            (this.policy, this.server) = (policy, server);
            var bus = new Bus(invalidations);
            for (var n = 0; n < count; n++)
            {
                var words = new Invalidations(bus, server, TimeProvider.System, NullLogger<Invalidations>.Instance);
                invalidations.Add(words);
                Add(new PromiseCache<string, string>(policy, new CacheLevels(clock, server, words), Form));
            }
            invalidations.ForEach(words => words.Tell(policy, "first words: everybody hears themselves"));
            ToldAsync().GetAwaiter().GetResult();
        }

        /// <summary>All that was forgotten so far is forgotten everywhere.</summary>
        public Task ToldAsync() => Task.WhenAll(invalidations.Select(words => words.ToldAsync(TimeSpan.FromSeconds(20))));

        public Task ForgetAllAsync()
        {
            invalidations[0].TellAll();
            return ToldAsync();
        }

        /// <summary>What was loaded last is on the server.</summary>
        public async Task SettledAsync(params string[] keys) => await Eventually.HoldsAsync(async () =>
            (await server.ReadOrLeaseAsync([.. keys.Select(key => CacheKeys.Shared(policy, key))], [1], TimeSpan.FromSeconds(1))).All(read => read.Bytes is [not 1, ..]), "it is shared");

        public async ValueTask DisposeAsync()
        {
            foreach (var words in invalidations)
            {
                await words.DisposeAsync();
            }
        }

        private sealed class Bus(List<Invalidations> all) : IProcessBus
        {
            public Task SendAsync(string message, CancellationToken cancel)
            {
                all.ForEach(words => words.Hear(message));
                return Task.CompletedTask;
            }

            public Task ListenAsync(Action<string> hear, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
        }
    }
}
