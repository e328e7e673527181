using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Storage.Jobs;

/// <summary>
/// What becomes of one claimed job: done and gone, tried again later with jittered backoff, or buried with its reason. While it is at
/// work its lease is extended. Never throws.
/// </summary>
internal sealed class JobRun(OutboxTable outbox, JobHandlers handlers, IServiceProvider services, JobOptions options, TimeProvider time, ILogger log)
{
    private static readonly Counter Ended = Metrics.CreateCounter("tintype_jobs_total", "Jobs by kind and how they ended.", "kind", "outcome");
    private static readonly Histogram Wait = Metrics.CreateHistogram("tintype_job_wait_seconds", "From when a job was due to when it was claimed.", ["lane"], Buckets(0.001));
    private static readonly Histogram Lag = Metrics.CreateHistogram("tintype_job_lag_seconds", "From when a job was due to when it was done.", ["kind"], Buckets(0.005));

    public async Task RunAsync(Partition partition, OutboxRow row, CancellationToken abandon)
    {
        Wait.WithLabels(row.Lane.ToString()).Observe(SinceDue(row));
        using var keepingLease = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        var lease = KeepLeaseAsync(partition, row.Id, keepingLease.Token);
        try
        {
            await DoAsync(row, abandon);
            await outbox.CompleteAsync(partition, row.Id, CancellationToken.None);
            Ended.WithLabels(row.Kind, "done").Inc();
            Lag.WithLabels(row.Kind).Observe(SinceDue(row));
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            await GiveBackAsync(row, () => outbox.ReleaseAsync(partition, row.Id, CancellationToken.None));
        }
        catch (UnavailableException gone)
        {
            await PostponeAsync(partition, row, gone);
        }
        catch (Exception error)
        {
            await FailAsync(partition, row, error);
        }
        finally
        {
            await keepingLease.CancelAsync();
            await lease;
        }
    }

    private async Task DoAsync(OutboxRow row, CancellationToken abandon)
    {
        // A failing job is counted when it fails; one that takes the process down is only seen here, as claims that never ended.
        if (row.Attempts > options.MaxAttempts)
        {
            throw new HopelessJobException($"claimed {row.Attempts - 1} times and never ended: it may be what stops its workers");
        }
        await using var scope = services.CreateAsyncScope();
        await handlers.RunAsync(scope.ServiceProvider, row, abandon);
    }

    /// <summary>What a job stands on is away: it waits for that, however long it takes, and is not buried for it.</summary>
    private async Task PostponeAsync(Partition partition, OutboxRow row, UnavailableException gone)
    {
        Ended.WithLabels(row.Kind, "postponed").Inc();
        log.LogWarning("Job {Kind} {Id} waits: {Reason}", row.Kind, row.Id, gone.Message);
        await GiveBackAsync(row, () => outbox.PostponeAsync(partition, row.Id, gone.Message, Backoff.WhileUnavailable(), CancellationToken.None));
    }

    private async Task FailAsync(Partition partition, OutboxRow row, Exception error)
    {
        var hopeless = error is HopelessJobException || row.Attempts >= options.MaxAttempts;
        Ended.WithLabels(row.Kind, hopeless ? "buried" : "retried").Inc();
        log.LogWarning(error, "Job {Kind} {Id} failed at attempt {Attempt}{Fate}", row.Kind, row.Id, row.Attempts, hopeless ? " and was put aside: see 'tintype jobs'" : "");
        var reason = error is HopelessJobException ? error.Message : $"{error.GetType().Name}: {error.Message}";
        await GiveBackAsync(row, () => hopeless
            ? GiveUpAsync(partition, row, reason)
            : outbox.RetryLaterAsync(partition, row.Id, reason, Backoff.After(row.Attempts), CancellationToken.None));
    }

    private async Task GiveUpAsync(Partition partition, OutboxRow row, string reason)
    {
        await using var scope = services.CreateAsyncScope();
        await handlers.GivenUpAsync(scope.ServiceProvider, row, CancellationToken.None);
        await outbox.BuryAsync(partition, row.Id, reason, CancellationToken.None);
    }

    private async Task GiveBackAsync(OutboxRow row, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error)
        {
            log.LogError(error, "Job {Kind} {Id} could not be given back; its lease will lapse and it will run again", row.Kind, row.Id);
        }
    }

    private async Task KeepLeaseAsync(Partition partition, JobId id, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(options.Lease / 3);
        while (true)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancel);
                await outbox.ExtendAsync(partition, id, options.Lease, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return; // The job ended.
            }
            catch (Exception error)
            {
                log.LogWarning(error, "The lease of job {Id} could not be extended: it may run twice", id);
            }
        }
    }

    private double SinceDue(OutboxRow row) => Math.Max(0, (time.GetUtcNow() - row.RunAt).TotalSeconds);

    private static HistogramConfiguration Buckets(double start) => new() { Buckets = Histogram.ExponentialBuckets(start, 2, 18) };
}

/// <summary>Exponential backoff with jitter: 1 s, 2 s, 4 s ... at most 10 min, each times a random 0.5 to 1.5, so that what failed together does not return together.</summary>
public static class Backoff
{
    public static TimeSpan After(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(600, Math.Pow(2, Math.Min(attempts, 20) - 1)) * (0.5 + Random.Shared.NextDouble()));

    /// <summary>Soon enough that nobody waits long once it is back; spread over five seconds, so that not all come at once.</summary>
    public static TimeSpan WhileUnavailable() => TimeSpan.FromSeconds(2.5 + (5 * Random.Shared.NextDouble()));
}
