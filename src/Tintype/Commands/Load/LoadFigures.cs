using System.Collections.Concurrent;
using System.Diagnostics;
using HdrHistogram;

namespace Tintype.Commands.Load;

/// <summary>
/// What a load saw: for each deed the latencies from the moment it was due (so that waiting behind a slow answer counts too), failures by
/// kind, and for reads and writes the moments at which one succeeded, or was due that did not.
/// </summary>
internal sealed class LoadFigures
{
    private const long MostMicroseconds = 120_000_000;

    private readonly Dictionary<Deed, LongHistogram> latencies = Enum.GetValues<Deed>().ToDictionary(deed => deed, _ => new LongHistogram(1, MostMicroseconds, 3));
    private readonly ConcurrentDictionary<(Deed Deed, string Kind), int> failures = [];
    private readonly ConcurrentBag<(long Due, long At, bool Write)> successes = [];
    private readonly ConcurrentBag<long> failed = [];

    /// <summary>From <see cref="Stopwatch"/>: when counting began.</summary>
    public long Started { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Forgets what the warm-up saw.</summary>
    public void Restart()
    {
        foreach (var histogram in latencies.Values)
        {
            lock (histogram)
            {
                histogram.Reset();
            }
        }
        failures.Clear();
        successes.Clear();
        failed.Clear();
        Started = Stopwatch.GetTimestamp();
    }

    public void Succeeded(Deed deed, long due)
    {
        var now = Stopwatch.GetTimestamp();
        var histogram = latencies[deed];
        lock (histogram)
        {
            histogram.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(due, now).TotalMicroseconds, 1, MostMicroseconds));
        }
        successes.Add((due, now, LoadMix.IsWrite(deed)));
    }

    public void Failed(Deed deed, long due, string kind)
    {
        failures.AddOrUpdate((deed, kind), 1, (_, count) => count + 1);
        failed.Add(due);
    }

    public IReadOnlyList<DeedFigures> Deeds() =>
        [.. latencies.Where(pair => pair.Value.TotalCount > 0 || failures.Keys.Any(key => key.Deed == pair.Key)).Select(pair => Figures(pair.Key, pair.Value))];

    /// <summary>The longest stretch in which no read (no write) succeeded.</summary>
    public TimeSpan LongestGap(bool writes, long from, long to)
    {
        var moments = successes.Where(success => success.Write == writes && success.At >= from && success.At <= to).Select(success => success.At).Append(from).Append(to).Order().ToArray();
        return moments.Zip(moments.Skip(1), (before, after) => Stopwatch.GetElapsedTime(before, after)).DefaultIfEmpty().Max();
    }

    /// <summary>When the last deed was due that failed or took longer than <paramref name="patience"/>; null if none since <paramref name="from"/>.</summary>
    public long? LastTrouble(TimeSpan patience, long from) => failed
        .Concat(successes.Where(success => Stopwatch.GetElapsedTime(success.Due, success.At) > patience).Select(success => success.Due))
        .Where(due => due >= from).Select(due => (long?)due).Max();

    /// <summary>Latency at percentiles, for a plot: all deeds together.</summary>
    public IReadOnlyList<(double Percentile, double Milliseconds)> Curve()
    {
        var all = new LongHistogram(1, MostMicroseconds, 3);
        foreach (var histogram in latencies.Values)
        {
            all.Add(histogram);
        }
        double[] percentiles = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 100];
        return all.TotalCount == 0 ? [] : [.. percentiles.Select(percentile => (percentile, all.GetValueAtPercentile(percentile) / 1000.0))];
    }

    private DeedFigures Figures(Deed deed, LongHistogram histogram)
    {
        double At(double percentile) => histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile) / 1000.0;
        return new DeedFigures(
            deed.ToString().ToLowerInvariant(), histogram.TotalCount, At(50), At(95), At(99), At(99.9), At(100),
            failures.Where(pair => pair.Key.Deed == deed).ToDictionary(pair => pair.Key.Kind, pair => pair.Value));
    }
}

/// <summary>Latencies in milliseconds.</summary>
/// <param name="Failures">How many, by what went wrong.</param>
internal sealed record DeedFigures(string Deed, long Succeeded, double P50, double P95, double P99, double P999, double Max, Dictionary<string, int> Failures)
{
    public int Failed => Failures.Values.Sum();
}
