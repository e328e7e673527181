using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Prometheus;

namespace Tintype.Storage.Objects;

/// <summary>
/// How a store on the network is talked to. Each call may take as long as bytes keep moving, and fails when nothing moves for a
/// while; what a lost connection or a busy server broke is tried again; a store that keeps failing is left alone for a second, so
/// that requests for it fail at once instead of piling up.
/// </summary>
/// <param name="store">For messages and metrics; without secrets.</param>
/// <param name="patience">How long nothing may move.</param>
/// <param name="isFault">Whether an exception is the store's fault or the network's, so that the same again may succeed.</param>
internal sealed class RemoteCalls(string store, TimeSpan patience, Func<Exception, bool> isFault)
{
    private static readonly Histogram Seconds = Metrics.CreateHistogram(
        "tintype_objects_seconds", "Calls to the object store until it answered, retries included.", ["operation"],
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 2, 15) });
    private static readonly Counter Retries = Metrics.CreateCounter("tintype_objects_retries_total", "Calls to the object store tried again.");
    private static readonly Counter Breaks = Metrics.CreateCounter("tintype_objects_breaks_total", "Times the object store was given a rest.");

    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            // Half a second in all: a connection that a restart closed. Silence has cost its time already and is not asked again.
            ShouldHandle = new PredicateBuilder().Handle<Exception>(isFault),
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(60),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = _ => { Retries.Inc(); return default; },
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(error => error is TimeoutException || isFault(error)),
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(5),
            BreakDuration = TimeSpan.FromSeconds(1),
            OnOpened = _ => { Breaks.Inc(); return default; },
        })
        .Build();

    public TimeSpan Patience => patience;

    /// <param name="talk">May run several times.</param>
    /// <exception cref="ObjectStoreDownException">The store does not answer, or only with faults.</exception>
    public async Task<T> AskAsync<T>(string operation, Func<Patience, Task<T>> talk, CancellationToken cancel)
    {
        using var measured = Seconds.WithLabels(operation).NewTimer();
        try
        {
            return await pipeline.ExecuteAsync(async token =>
            {
                using var moving = new Patience(patience, token);
                try
                {
                    return await talk(moving);
                }
                catch (OperationCanceledException late) when (!token.IsCancellationRequested)
                {
                    throw new TimeoutException($"Nothing moved for {patience.TotalSeconds:0.#} s.", late);
                }
            }, cancel);
        }
        catch (Exception error) when (error is BrokenCircuitException or TimeoutException || isFault(error))
        {
            throw new ObjectStoreDownException(store, error);
        }
    }

    public Task AskAsync(string operation, Func<Patience, Task> talk, CancellationToken cancel) =>
        AskAsync(operation, async patience => { await talk(patience); return true; }, cancel);
}

/// <summary>Ends a call in which nothing moves.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan time;
    private readonly CancellationTokenSource end;

    public Patience(TimeSpan time, CancellationToken cancel)
    {
        this.time = time;
        end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Renew();
    }

    public CancellationToken Token => end.Token;

    /// <summary>Something moved: the time starts anew.</summary>
    public void Renew() => end.CancelAfter(time);

    public void Dispose() => end.Dispose();
}
