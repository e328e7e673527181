using System.Globalization;

namespace Tintype.Bench.Soak;

/// <summary>What a server said of its memory at a moment, in MiB.</summary>
/// <param name="Seconds">Since counting began.</param>
/// <param name="Heap">What the last collection left, without the holes; with what only a collection of all generations takes: large arrays that are garbage.</param>
/// <param name="Caches">What the caches say they hold.</param>
/// <param name="Sqlite">What SQLite holds: pages that its connections keep, and statements.</param>
internal sealed record MemorySample(double Seconds, double WorkingSet, double Heap, double Committed, double Caches, double Sqlite, double CacheEntries, double Feeds, double Gen2Collections)
{
    private const double MiB = 1 << 20;

    /// <summary>What is neither the managed heap's nor SQLite's: code, threads, codecs, and what their allocator keeps.</summary>
    public double Rest => WorkingSet - Committed - Sqlite;

    /// <summary>Reads what /metrics tells.</summary>
    public static async Task<MemorySample> TakeAsync(HttpClient server, double seconds)
    {
        var lines = (await server.GetStringAsync("/metrics")).Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        double Sum(string metric) => lines.Where(line => line.StartsWith(metric, StringComparison.Ordinal)).Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
        return new MemorySample(
            seconds, Sum("process_working_set_bytes") / MiB,
            (Sum("system_runtime_dotnet_gc_last_collection_heap_size{") - Sum("system_runtime_dotnet_gc_last_collection_heap_fragmentation_size{")) / MiB, Sum("system_runtime_dotnet_gc_last_collection_memory_committed_size") / MiB,
            Sum("tintype_cache_bytes{") / MiB, Sum("tintype_sqlite_bytes ") / MiB, Sum("tintype_cache_entries{"), Sum("tintype_feeds "), Sum("system_runtime_dotnet_gc_collections{gc_heap_generation=\"gen2\"}"));
    }
}

/// <summary>How a figure moved over a time.</summary>
/// <param name="Before">Median of the first third.</param>
/// <param name="After">Median of the last third.</param>
/// <param name="PerHour">Median of the slopes between all pairs of samples (Theil and Sen): a single peak does not bend it.</param>
internal sealed record Trend(double Before, double After, double PerHour)
{
    public double Growth => Before == 0 ? 0 : After / Before - 1;

    /// <summary>Of the least in every so many samples: of a heap, what is left when the garbage has just been taken.</summary>
    public static Trend OfLeast(int window, IReadOnlyList<MemorySample> samples, Func<MemorySample, double> figure) =>
        Of([.. samples.Chunk(window).Where(some => some.Length == window).Select(some => some.MinBy(figure)!)], figure);

    public static Trend Of(IReadOnlyList<MemorySample> samples, Func<MemorySample, double> figure)
    {
        var third = Math.Max(1, samples.Count / 3);
        var slopes = from one in samples from other in samples where other.Seconds > one.Seconds select (figure(other) - figure(one)) / (other.Seconds - one.Seconds) * 3600;
        return new(Median(samples.Take(third).Select(figure)), Median(samples.TakeLast(third).Select(figure)), Median(slopes));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
