using Prometheus;

namespace Tintype.Storage.Cache.Levels;

/// <summary>
/// Bounds what a memory server that is slow or gone costs those who ask it: each waits tens of milliseconds at most, and after a few
/// failures in a row nobody does for a second; then one asks, and the others follow if it was answered.
/// </summary>
internal sealed class Breaker(string server, TimeSpan timeout, TimeProvider time)
{
    private const int MaxFailures = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private static readonly Counter Outcomes = Metrics.CreateCounter("tintype_shared_cache_calls_total", "Calls to the shared cache level by how they ended.", "outcome");
    private static readonly Counter.Child Answered = Outcomes.WithLabels("answered"), Failed = Outcomes.WithLabels("failed"), Refused = Outcomes.WithLabels("resting");

    private int failures;
    private long restsUntil;

    /// <param name="giveUp">Called when nobody asks any more.</param>
    /// <exception cref="SharedCacheException">It failed, took too long, or rests.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, Action? giveUp = null)
    {
        if (!MayAsk())
        {
            Refused.Inc();
            throw new SharedCacheException($"{server} does not answer; it will be asked again in a moment");
        }
        try
        {
            var answer = await ask().WaitAsync(timeout, time);
            Volatile.Write(ref failures, 0);
            Answered.Inc();
            return answer;
        }
        catch (Exception error) when (error is TimeoutException or SharedCacheException or Redis.MemoryServerException)
        {
            Failed.Inc();
            if (Interlocked.Increment(ref failures) >= MaxFailures)
            {
                giveUp?.Invoke();
                Volatile.Write(ref restsUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
            }
            throw error as SharedCacheException ?? new SharedCacheException($"{server}: {error.Message}", error);
        }
    }

    private bool MayAsk()
    {
        if (Volatile.Read(ref failures) < MaxFailures)
        {
            return true;
        }
        var until = Volatile.Read(ref restsUntil);
        var now = time.GetTimestamp();
        // Whoever moves the moment on is the one who tries.
        return now >= until && Interlocked.CompareExchange(ref restsUntil, now + (long)(Rest.TotalSeconds * time.TimestampFrequency), until) == until;
    }
}
