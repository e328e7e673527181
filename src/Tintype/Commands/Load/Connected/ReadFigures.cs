using System.Collections.Concurrent;
using HdrHistogram;

namespace Tintype.Commands.Load.Connected;

/// <summary>What a process hands to the one that adds up.</summary>
/// <param name="Latencies">Microseconds, and how many reads took so long.</param>
internal sealed record KeptFigures(IReadOnlyList<long[]> Latencies, Dictionary<string, int> Failures, long Bytes);

/// <summary>Reads of one turn: latencies from when each was due, failures by kind, bytes of bodies.</summary>
internal sealed class ReadFigures
{
    private const long MostMicroseconds = 120_000_000;

    private readonly LongHistogram latencies = new(1, MostMicroseconds, 3);
    private readonly ConcurrentDictionary<string, int> failures = [];
    private long bytes;

    public void Succeeded(TimeSpan latency, int length)
    {
        lock (latencies)
        {
            latencies.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, MostMicroseconds));
            bytes += length;
        }
    }

    public void Failed(string kind) => failures.AddOrUpdate(kind, 1, (_, count) => count + 1);

    public KeptFigures Keep() => new(
        [.. latencies.RecordedValues().Select(value => new[] { value.ValueIteratedTo, value.CountAddedInThisIterationStep })], new(failures), bytes);

    public void Add(KeptFigures kept)
    {
        foreach (var latency in kept.Latencies)
        {
            latencies.RecordValueWithCount(Math.Min(latency[0], MostMicroseconds), latency[1]);
        }
        foreach (var (kind, count) in kept.Failures)
        {
            failures.AddOrUpdate(kind, count, (_, before) => before + count);
        }
        bytes += kept.Bytes;
    }

    public double BytesOfRead => latencies.TotalCount == 0 ? 0 : (double)bytes / latencies.TotalCount;

    public DeedFigures Figures(string what)
    {
        double At(double percentile) => latencies.TotalCount == 0 ? 0 : latencies.GetValueAtPercentile(percentile) / 1000.0;
        return new DeedFigures(what, latencies.TotalCount, At(50), At(95), At(99), At(99.9), At(100), new(failures));
    }
}
