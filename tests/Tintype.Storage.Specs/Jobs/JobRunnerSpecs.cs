using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Specs.Tables;
using Xunit;

namespace Tintype.Storage.Specs.Jobs;

public sealed class JobRunnerSpecs
{
    /// <summary>What a spec's jobs do, and what they did.</summary>
    private sealed class Bench
    {
        public ConcurrentQueue<int> Ran { get; } = [];
        public Func<int, CancellationToken, Task> Media { get; set; } = (_, _) => Task.CompletedTask;
        public Func<int, CancellationToken, Task> Rest { get; set; } = (_, _) => Task.CompletedTask;
    }

    private sealed class NoteMedia(Bench bench) : IJob<MediaNoted>
    {
        public async Task RunAsync(MediaNoted payload, CancellationToken cancel)
        {
            bench.Ran.Enqueue(payload.Number);
            await bench.Media(payload.Number, cancel);
        }
    }

    private sealed class NoteRest(Bench bench) : IJob<RestNoted>
    {
        public async Task RunAsync(RestNoted payload, CancellationToken cancel)
        {
            bench.Ran.Enqueue(payload.Number);
            await bench.Rest(payload.Number, cancel);
        }
    }

    [Theory, Backends]
    public async Task Jobs_of_every_cluster_and_shard_are_run_and_gone(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var bench = new Bench();
        await using var runner = await StartAsync(store, bench);

        var number = 0;
        foreach (var cluster in Enum.GetValues<Cluster>())
        {
            for (var shard = 0; shard < Store.Shards; shard++)
            {
                await AddAsync(store, new Shard(cluster, shard), OutboxMessage.Of(new MediaNoted(number++)));
            }
        }

        await UntilAsync(async () => await CountAsync(store) == 0, "all jobs gone");
        Assert.Equal(Enumerable.Range(0, number), bench.Ran.Order());
    }

    [Theory, Backends]
    public async Task A_full_lane_does_not_hold_up_another(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var hold = new TaskCompletionSource();
        var bench = new Bench { Media = (_, _) => hold.Task };
        await using var runner = await StartAsync(store, bench);
        await AddAsync(store, Home, [.. Enumerable.Range(0, 50).Select(n => OutboxMessage.Of(new MediaNoted(n)))]);

        await AddAsync(store, Home, OutboxMessage.Of(new RestNoted(1000)));

        await UntilAsync(() => Task.FromResult(bench.Ran.Contains(1000)), "the other lane's job ran");
        Assert.InRange(bench.Ran.Count(n => n < 1000), 0, 2);
        hold.SetResult();
        await UntilAsync(async () => await CountAsync(store) == 0, "all jobs gone");
    }

    [Theory, Backends]
    public async Task What_fails_is_tried_again_and_buried_with_its_reason_in_the_end(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        var bench = new Bench { Media = (_, _) => throw new FormatException("bad photo") };
        await using var runner = await StartAsync(store, bench, maxAttempts: 3);
        await AddAsync(store, Home, OutboxMessage.Of(new MediaNoted(1)));

        await UntilAsync(async () =>
        {
            clock.Move(TimeSpan.FromMinutes(1));
            return (await store.Outbox.DeadAsync(store.Map.PartitionOf(Home), 1)).Count == 1;
        }, "the job is buried");

        var dead = Assert.Single(await store.Outbox.DeadAsync(store.Map.PartitionOf(Home), 10));
        Assert.Equal("FormatException: bad photo", dead.LastError);
        Assert.Equal(3, bench.Ran.Count);
    }

    [Theory, Backends]
    public async Task A_hopeless_job_is_buried_at_once_and_so_is_one_that_nobody_handles(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var bench = new Bench { Media = (_, _) => throw new HopelessJobException("not a photo at all") };
        await using var runner = await StartAsync(store, bench);
        await AddAsync(store, Home, OutboxMessage.Of(new MediaNoted(1)), new OutboxMessage("from_the_future", Lane.Rest, "{}", TimeSpan.Zero));

        await UntilAsync(async () => (await store.Outbox.DeadAsync(store.Map.PartitionOf(Home), 10)).Count == 2, "both are buried");

        Assert.Equal(["no job handles 'from_the_future'", "not a photo at all"],
            (await store.Outbox.DeadAsync(store.Map.PartitionOf(Home), 10)).Select(job => job.LastError!).Order());
        Assert.Single(bench.Ran);
    }

    [Theory, Backends]
    public async Task A_job_that_takes_its_workers_down_is_put_aside_without_being_run_again(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await AddAsync(store, Home, OutboxMessage.Of(new MediaNoted(1)));
        for (var death = 0; death < 3; death++)
        {
            Assert.Single(await store.Outbox.ClaimAsync(store.Map.PartitionOf(Home), Lane.Media, 1, TimeSpan.FromSeconds(1), default));
            clock.Move(TimeSpan.FromSeconds(2));
        }
        var bench = new Bench();

        await using var runner = await StartAsync(store, bench, maxAttempts: 3);

        await UntilAsync(async () => (await store.Outbox.DeadAsync(store.Map.PartitionOf(Home), 1)).Count == 1, "the job is buried");
        Assert.Empty(bench.Ran);
    }

    [Theory, Backends]
    public async Task Stopping_lets_jobs_at_work_finish_and_gives_back_those_that_do_not(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var stopping = new TaskCompletionSource();
        var bench = new Bench
        {
            Media = (number, cancel) => number == 1 ? stopping.Task : Task.Delay(Timeout.Infinite, cancel),
        };
        var runner = await StartAsync(store, bench);
        await AddAsync(store, Home, OutboxMessage.Of(new MediaNoted(1)), OutboxMessage.Of(new MediaNoted(2)));
        await UntilAsync(() => Task.FromResult(bench.Ran.Count == 2), "both are at work");

        var stopped = runner.DisposeAsync();
        stopping.SetResult();
        await stopped;

        var left = Assert.Single(await store.Outbox.ClaimAsync(store.Map.PartitionOf(Home), Lane.Media, 10, TimeSpan.FromMinutes(1), default));
        Assert.Equal((1, true), (left.Attempts, left.Payload.Contains('2', StringComparison.Ordinal)));
    }

    [Theory, Backends]
    public async Task A_commit_in_another_process_wakes_a_worker_that_would_look_again_in_an_hour(Backend on)
    {
        if (on == Backend.Sqlite)
        {
            return; // Processes that share a file find work by looking.
        }
        await using var store = await Store.OpenAsync(on);
        await using var other = await store.OpenAgainAsync();
        var hears = new Storage.Dialects.Postgres.PostgresWakeUps(store.Map, store.Signal);
        var tells = new Storage.Dialects.Postgres.PostgresWakeUps(other.Map, other.Signal);
        await hears.StartAsync(default);
        await tells.StartAsync(default);
        var bench = new Bench();
        await using var runner = await StartAsync(store, bench, poll: TimeSpan.FromHours(1));

        // The listener may not listen yet when the first is written: a later signal tells of it too.
        await UntilAsync(async () =>
        {
            await AddAsync(other, Home, OutboxMessage.Of(new MediaNoted(1)));
            return !bench.Ran.IsEmpty;
        }, "the other process's job ran");
        await hears.StopAsync(default);
        await tells.StopAsync(default);
    }

    private static readonly Shard Home = new(Cluster.Content, 1);

    private sealed class Running(JobRunner runner, ServiceProvider services) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await runner.StopAsync(default);
            runner.Dispose();
            await services.DisposeAsync();
        }
    }

    private static async Task<Running> StartAsync(Store store, Bench bench, int maxAttempts = 5, TimeSpan? poll = null)
    {
        var services = new ServiceCollection().AddSingleton(bench).AddTransient<NoteMedia>().AddTransient<NoteRest>().BuildServiceProvider();
        var handlers = new JobHandlers();
        handlers.On<MediaNoted, NoteMedia>();
        handlers.On<RestNoted, NoteRest>();
        var options = new JobOptions(2, 2, 2, TimeSpan.FromMinutes(5), poll ?? TimeSpan.FromMilliseconds(20), maxAttempts) { Grace = TimeSpan.FromSeconds(1) };
        var runner = new JobRunner(store.Map, store.Outbox, store.Signal, handlers, services, options, store.Clock, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(default);
        return new Running(runner, services);
    }

    private static Task AddAsync(Store store, Shard shard, params OutboxMessage[] messages) =>
        store.Router.WriteAsync(shard, session => store.Outbox.AddAsync(session, shard.Number, messages));

    private static async Task<long> CountAsync(Store store)
    {
        var jobs = 0L;
        foreach (var partition in store.Map.Databases.SelectMany(database => database.Partitions))
        {
            jobs += (await store.Outbox.CountAsync(partition)).Sum(count => count.Jobs);
        }
        return jobs;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within 30 s: {what}");
            await Task.Delay(20);
        }
    }
}
