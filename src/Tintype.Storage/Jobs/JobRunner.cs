using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Storage.Jobs;

/// <summary>How jobs are run; each knob with its unit and reason in Settings.</summary>
public sealed record JobOptions(int MediaWorkers, int FanOutWorkers, int RestWorkers, TimeSpan Lease, TimeSpan Poll, int MaxAttempts)
{
    /// <summary>How long jobs at work may go on after the process was told to stop; then they are given back. Below ASP.NET's 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public int WorkersOf(Lane lane) => lane switch { Lane.Media => MediaWorkers, Lane.FanOut => FanOutWorkers, _ => RestWorkers };
}

/// <summary>
/// The claim loop: for each lane, claims due outbox rows under a lease and runs them on a bounded number of workers. One query per
/// database tells which partitions have work, and these take turns. Never claims more than it has free workers for.
/// </summary>
public sealed class JobRunner(
    ShardMap map, OutboxTable outbox, JobSignal signal, JobHandlers handlers, IServiceProvider services, JobOptions options, TimeProvider time, ILogger<JobRunner> log)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly Counter Claims = Metrics.CreateCounter("tintype_job_claims_total", "Looks at the outbox, by whether there was work.", "lane", "outcome");
    private static readonly Gauge Busy = Metrics.CreateGauge("tintype_job_workers_busy", "Workers at work.", "lane");

    // Asking a database that is down takes seconds, in which the others' jobs would wait.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Database, DateTimeOffset> resting = new();
    private readonly JobRun run = new(outbox, handlers, services, options, time, log);
    private readonly CancellationTokenSource told = new();

    /// <summary>No more claims from the moment the process is told to stop, though it may serve requests for a while yet.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken) => await told.CancelAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        told.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, told.Token);
        using var abandon = new CancellationTokenSource();
        await using var onStop = stopping.Token.Register(() => abandon.CancelAfter(options.Grace));
        await handlers.BeginAsync(services, stopping.Token);
        await Task.WhenAll(Enum.GetValues<Lane>().Select(lane => RunLaneAsync(lane, stopping.Token, abandon.Token)));
    }

    private async Task RunLaneAsync(Lane lane, CancellationToken stopping, CancellationToken abandon)
    {
        var workers = options.WorkersOf(lane);
        using var free = new SemaphoreSlim(workers, workers);
        var running = new HashSet<Task>();
        while (!stopping.IsCancellationRequested)
        {
            var claimed = 0;
            foreach (var partition in await DueAsync(lane, stopping))
            {
                var room = await RoomAsync(free, stopping);
                foreach (var row in room == 0 ? [] : await ClaimAsync(partition, lane, room, stopping))
                {
                    claimed++;
                    await free.WaitAsync(CancellationToken.None);
                    running.RemoveWhere(task => task.IsCompleted);
                    running.Add(WorkAsync(partition, row, free, abandon));
                }
            }
            Claims.WithLabels(lane.ToString(), claimed > 0 ? "work" : "nothing").Inc();
            if (claimed == 0)
            {
                await WaitAsync(lane, stopping);
            }
        }
        await Task.WhenAll(running);
    }

    private async Task WorkAsync(Partition partition, OutboxRow row, SemaphoreSlim free, CancellationToken abandon)
    {
        await Task.Yield();
        using (Busy.WithLabels(row.Lane.ToString()).TrackInProgress())
        {
            await run.RunAsync(partition, row, abandon);
        }
        free.Release();
    }

    /// <summary>Waits until a worker is free; how many are. 0 when stopping.</summary>
    private static async Task<int> RoomAsync(SemaphoreSlim free, CancellationToken stopping)
    {
        try
        {
            await free.WaitAsync(stopping);
            return free.Release() + 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private async Task<List<Partition>> DueAsync(Lane lane, CancellationToken stopping)
    {
        var due = new List<Partition>();
        foreach (var (database, partitions) in map.Databases.Where(one => !resting.TryGetValue(one.Database, out var until) || until < time.GetUtcNow()))
        {
            due.AddRange(await SafelyAsync(() => outbox.DueAsync(database, partitions, lane, stopping), lane, database, stopping));
        }
        return due;
    }

    private Task<IReadOnlyList<OutboxRow>> ClaimAsync(Partition partition, Lane lane, int limit, CancellationToken stopping) =>
        SafelyAsync(() => outbox.ClaimAsync(partition, lane, limit, options.Lease, stopping), lane, partition.Database, stopping);

    /// <summary>A database that does not answer has no jobs for now: the others' go on.</summary>
    private async Task<IReadOnlyList<T>> SafelyAsync<T>(Func<Task<IReadOnlyList<T>>> look, Lane lane, Database database, CancellationToken stopping)
    {
        try
        {
            return await look();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception error)
        {
            log.LogError(error, "The {Lane} lane could not claim from {Database}; trying again in {Seconds} s", lane, database.Name, Rest.TotalSeconds);
            resting[database] = time.GetUtcNow() + Rest;
            return [];
        }
    }

    private async Task WaitAsync(Lane lane, CancellationToken stopping)
    {
        try
        {
            await signal.WaitAsync(lane, options.Poll, stopping);
        }
        catch (OperationCanceledException)
        {
            // The process stops: the loop sees it.
        }
    }
}
