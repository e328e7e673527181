using Prometheus;

namespace Tintype.Storage.Feeds;

/// <summary>Lets a bounded number of feeds be pulled from the databases at once; the others wait for their turn.</summary>
internal sealed class FeedPulls(FeedOptions options)
{
    private static readonly Counter Builds = Metrics.CreateCounter("tintype_feed_builds_total", "Feeds built by a pull because they were not there.");
    private static readonly Gauge Waiting = Metrics.CreateGauge("tintype_feed_builds_waiting", "Feeds that wait for their turn to be built.");

    private readonly SemaphoreSlim turns = new(options.Builds, options.Builds);
    private long count;

    public long Count => Volatile.Read(ref count);

    public async Task<IReadOnlyList<long>> PullAsync(Func<int, Task<IReadOnlyList<long>>> pull)
    {
        using (Waiting.TrackInProgress())
        {
            await turns.WaitAsync();
        }
        try
        {
            Interlocked.Increment(ref count);
            Builds.Inc();
            return await pull(options.Length);
        }
        finally
        {
            turns.Release();
        }
    }
}
