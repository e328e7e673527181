using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Servers;
using Tintype.Storage.Cache;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

/// <summary>Words of changes between two processes, over a memory server and over PostgreSQL.</summary>
public sealed class FailoverBusSpecs
{
    private static readonly CachePolicy Policy = new("specs of two ways", 100, 64, TimeSpan.FromMinutes(1), true, "specs");

    [Theory, InlineData(MemoryKind.Redis), InlineData(MemoryKind.Cluster), InlineData(MemoryKind.Sentinel), InlineData(MemoryKind.Garnet)]
    public async Task A_memory_server_that_is_killed_and_comes_back_empty_costs_no_word(MemoryKind kind)
    {
        await using var store = await Store.OpenAsync(Backend.Postgres);
        await using var memory = await MemoryServer.StartAsync(kind);
        var clock = new SetClock(); // Stands still: what is missing stays missing, however slow the machine.
        await using var one = await Process.StartAsync(store, await memory.ConnectAsync(Policy.Name), clock);
        await using var other = await Process.StartAsync(store, await memory.ConnectAsync(Policy.Name), clock);
        using var enough = new CancellationTokenSource();
        var telling = TellAsync(one, enough.Token);
        await other.HearsMoreAsync(100, "over the memory server");

        await memory.Process.KillAsync();
        await other.HearsMoreAsync(200, "while there is none");
        await memory.StartAgainAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(one.Memory.IsUp && other.Memory.IsUp), "it is back");
        await other.HearsMoreAsync(200, "since it is back");

        await enough.CancelAsync();
        var told = await telling;
        Assert.True(await one.Words.ToldAsync(TimeSpan.FromSeconds(20)));
        await Eventually.HoldsAsync(() => Task.FromResult(told.All(other.Heard.ContainsKey)), "every word is heard");
        clock.Move(SenderCounts.OutOfTurn * 2);
        await other.HearsMoreAsync(1, "after whatever was missing is given up", () => one.Words.Tell(Policy, "last"));
        Assert.Equal(0, other.Aged);
    }

    [Fact]
    public async Task Who_is_cut_off_from_the_memory_server_alone_notices_that_it_lacks_words()
    {
        await using var store = await Store.OpenAsync(Backend.Postgres);
        await using var memory = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var one = await Process.StartAsync(store, await memory.ConnectAsync(Policy.Name), TimeProvider.System);
        var nowhere = new RedisConnection(new RedisOptions($"127.0.0.1:{LoopbackPort.Take()}", Policy.Name), NullLogger<RedisConnection>.Instance);
        await using var other = await Process.StartAsync(store, nowhere, TimeProvider.System);
        using var enough = new CancellationTokenSource();
        var telling = TellAsync(one, enough.Token);

        await Eventually.HoldsAsync(() => Task.FromResult(other.Aged > 0), "it ages what it has", seconds: 60);

        await enough.CancelAsync();
        await telling;
    }

    [Fact]
    public async Task While_a_key_cannot_be_removed_from_the_shared_level_others_are_told_and_once_more_when_it_is()
    {
        await using var store = await Store.OpenAsync(Backend.Postgres);
        await using var memory = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var one = await Process.StartAsync(store, await memory.ConnectAsync(Policy.Name), TimeProvider.System);
        await using var other = await Process.StartAsync(store, await memory.ConnectAsync(Policy.Name), TimeProvider.System);
        await memory.Process.KillAsync();

        one.Words.Tell(Policy, "key");
        await Eventually.HoldsAsync(() => Task.FromResult(other.Heard.GetValueOrDefault("key") == 1), "it is told");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(1, other.Heard["key"]);
        Assert.True(one.Words.IsUnderWay(CacheKeys.Shared(Policy, "key")));

        await memory.StartAgainAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(other.Heard["key"] == 2), "it is told again");
        Assert.True(await one.Words.ToldAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Both_ways_are_used_for_a_while_after_the_first_failed_and_now_and_then_in_any_case()
    {
        var (first, second, clock) = (new Recorded(), new Recorded(), new SetClock());
        var bus = new FailoverBus(first, second, clock, NullLogger<FailoverBus>.Instance);
        async Task SaysAsync(string message) => await bus.SendAsync(message, CancellationToken.None);

        await SaysAsync("reminder");
        await SaysAsync("by the first");
        first.IsDown = true;
        await SaysAsync("by the second");
        first.IsDown = false;
        await SaysAsync("by both");
        clock.Move(FailoverBus.DoubtedFor);
        await SaysAsync("reminder again");
        await SaysAsync("by the first again");
        clock.Move(FailoverBus.Reminder);
        await SaysAsync("and again");

        await SaysAsync("by the first once more");
        bus.Doubt("somebody says so");
        await SaysAsync("by both once more");

        Assert.Equal(["reminder", "by the first", "by both", "reminder again", "by the first again", "and again", "by the first once more", "by both once more"], first.Taken);
        Assert.Equal(["reminder", "by the second", "by both", "reminder again", "and again", "by both once more"], second.Taken);
        (first.IsDown, second.IsDown) = (true, true);
        await Assert.ThrowsAsync<IOException>(() => SaysAsync("by nobody"));
    }

    /// <returns>What was told until it was enough.</returns>
    private static async Task<List<string>> TellAsync(Process teller, CancellationToken enough)
    {
        var told = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            told.Add($"key {told.Count}");
            teller.Words.Tell(Policy, told[^1]);
            await Task.Delay(3, CancellationToken.None);
        }
        return told;
    }

    private sealed class Recorded : IProcessBus
    {
        public bool IsDown { get; set; }

        public List<string> Taken { get; } = [];

        public Task SendAsync(string message, CancellationToken cancel)
        {
            if (IsDown)
            {
                throw new IOException("down");
            }
            Taken.Add(message);
            return Task.CompletedTask;
        }

        public Task ListenAsync(Action<string> hear, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
    }

    /// <summary>What a process has of the words of others.</summary>
    private sealed class Process(Invalidations words, RedisConnection memory) : IAsyncDisposable
    {
        private int aged;

        public Invalidations Words => words;

        public RedisConnection Memory => memory;

        /// <summary>Keys, and how often each was told.</summary>
        public ConcurrentDictionary<string, int> Heard { get; } = new();

        /// <summary>How often it found that something may have been lost.</summary>
        public int Aged => aged;

        public static async Task<Process> StartAsync(Store store, RedisConnection memory, TimeProvider time)
        {
            var bus = new FailoverBus(new RedisBus(memory), new PostgresBus(store.Map), time, NullLogger<FailoverBus>.Instance);
            memory.Interrupted += () => bus.Doubt("interrupted");
            var server = new RedisSharedCache(memory, TimeSpan.FromMilliseconds(500), TimeProvider.System);
            var process = new Process(new Invalidations(bus, server, time, NullLogger<Invalidations>.Instance), memory);
            process.Words.Listen(Policy, new(
                new CacheFigures(Policy, time, () => 0, () => 0, () => []), key => process.Heard.AddOrUpdate(key, 1, (_, often) => often + 1), () => { }, _ => process.aged++));
            await process.Words.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(() => Task.FromResult(!process.Words.IsDeaf), "it hears itself");
            return process;
        }

        public async Task HearsMoreAsync(int words, string when, Action? first = null)
        {
            var before = Heard.Count;
            first?.Invoke();
            await Eventually.HoldsAsync(() => Task.FromResult(Heard.Count >= before + words), $"it hears {words} words {when}", seconds: 60);
        }

        public async ValueTask DisposeAsync()
        {
            await words.StopAsync(CancellationToken.None);
            await words.DisposeAsync();
            await memory.DisposeAsync();
        }
    }
}
