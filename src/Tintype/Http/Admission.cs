using System.Threading.RateLimiting;
using Prometheus;

namespace Tintype.Http;

/// <summary>
/// Lets a bounded number of newcomers in at once: requests whose token this process does not remember, so that what they ask for most likely has to be
/// fetched too. The others wait in line, for seconds at most, before anything is made for them. Whoever is known passes by.
/// </summary>
/// <remarks>
/// Without it a process that people come to faster than it can fetch for them breaks: all that is begun lies in memory half done, each
/// collection of garbage walks through it, and what is finished at last nobody waits for any more.
/// </remarks>
internal sealed class Admission(Settings settings, ILogger<Admission> log) : IDisposable
{
    private static readonly Gauge Inside = Metrics.CreateGauge("tintype_newcomers", "Requests of people of whom nothing was remembered, being answered.");
    private static readonly Gauge Waiting = Metrics.CreateGauge("tintype_newcomers_waiting", "Such requests in line to be let in.");
    private static readonly Counter Refused = Metrics.CreateCounter("tintype_newcomers_refused_total", "Such requests that were answered 503, for want of time or room in the line.");

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = settings.Admission.Newcomers,
        QueueLimit = settings.Admission.Line,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly SeldomWarning warning = new();

    /// <returns>A place, until it is disposed of; null when there was none in time, or the client has gone.</returns>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken gone)
    {
        var lease = limiter.AttemptAcquire() is { IsAcquired: true } free ? free : await WaitAsync(gone);
        if (lease is { IsAcquired: true })
        {
            Inside.Inc();
            return new Place(lease);
        }
        Refuse(gone);
        return null;
    }

    public void Dispose() => limiter.Dispose();

    private async Task<RateLimitLease?> WaitAsync(CancellationToken gone)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(gone);
        patience.CancelAfter(TimeSpan.FromSeconds(settings.Admission.PatienceSeconds));
        using var waiting = Waiting.TrackInProgress();
        // Thousands are refused in a second when there are that many: nothing is thrown for them.
        var turn = limiter.AcquireAsync(1, patience.Token).AsTask();
        await ((Task)turn).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return turn.IsCompletedSuccessfully ? await turn : null;
    }

    private void Refuse(CancellationToken gone)
    {
        if (!gone.IsCancellationRequested)
        {
            Refused.Inc();
            if (warning.IsDue())
            {
                log.LogWarning("More people come at once than can be let in: some are answered 503, and whoever was here before is not kept waiting");
            }
        }
    }

    private sealed class Place(RateLimitLease lease) : IDisposable
    {
        private bool isLeft;

        public void Dispose()
        {
            if (!isLeft)
            {
                isLeft = true;
                lease.Dispose();
                Inside.Dec();
            }
        }
    }
}
