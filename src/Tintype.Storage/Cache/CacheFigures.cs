using Prometheus;

namespace Tintype.Storage.Cache;

/// <summary>What one cache tells of itself, at /metrics and to <c>tintype caches</c>.</summary>
public sealed class CacheFigures
{
    /// <summary>Entries whose size is measured to guess that of all.</summary>
    internal const int SizeSample = 32;

    private static readonly Counter Reads = Metrics.CreateCounter("tintype_cache_reads_total", "Cache reads by how they ended: found in this process, or not.", "cache", "outcome");
    private static readonly Counter LoadedFrom = Metrics.CreateCounter("tintype_cache_loads_total", "Values brought in, by where from: the memory server all processes share, or the source.", "cache", "from");
    private static readonly Counter PutsBack = Metrics.CreateCounter("tintype_cache_put_back_total", "Values loaded because the memory server had lost them, before anybody asked.", "cache");
    private static readonly Counter Waits = Metrics.CreateCounter("tintype_cache_waits_total", "Reads that waited for somebody else's load: of this process, or looks while another process held the lease.", "cache", "for");
    private static readonly Counter Forgets = Metrics.CreateCounter("tintype_cache_forgotten_total", "Keys forgotten because they were written, here or in another process.", "cache");
    private static readonly Counter Evictions = Metrics.CreateCounter("tintype_cache_evictions_total", "Entries given up for want of room.", "cache");
    private static readonly Counter Expirations = Metrics.CreateCounter("tintype_cache_expired_total", "Reads that found an entry whose lifetime was over, and loaded it anew.", "cache");
    private static readonly Gauge EntriesKept = Metrics.CreateGauge("tintype_cache_entries", "Entries kept.", "cache");
    private static readonly Gauge BytesKept = Metrics.CreateGauge("tintype_cache_bytes", "Bytes of them, guessed from a sample; what is in two caches counts twice.", "cache");
    private static readonly Gauge BytesAllowed = Metrics.CreateGauge("tintype_cache_bytes_limit", "Bytes beyond which those used least are given up.", "cache");

    private readonly Func<int> entries;
    private readonly Func<long> evicted;
    private readonly Func<IEnumerable<long>> sample;
    private readonly HotKeys hot;

    /// <param name="sample">Bytes of each of a few entries.</param>
    internal CacheFigures(CachePolicy policy, TimeProvider time, Func<int> entries, Func<long> evicted, Func<IEnumerable<long>> sample)
    {
        hot = new(time);
        Policy = policy;
        this.entries = entries;
        this.evicted = evicted;
        this.sample = sample;
        Hits = Reads.WithLabels(policy.Name, "hit");
        Misses = Reads.WithLabels(policy.Name, "miss");
        SharedHits = LoadedFrom.WithLabels(policy.Name, "shared");
        Loads = LoadedFrom.WithLabels(policy.Name, "source");
        PutBack = PutsBack.WithLabels(policy.Name);
        HerdWaits = Waits.WithLabels(policy.Name, "process");
        LeaseWaits = Waits.WithLabels(policy.Name, "lease");
        Forgotten = Forgets.WithLabels(policy.Name);
        Expired = Expirations.WithLabels(policy.Name);
        // Counted when somebody looks. Held weakly: specs open and close many.
        var weak = new WeakReference<CacheFigures>(this);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            if (weak.TryGetTarget(out var alive))
            {
                alive.Publish();
            }
        });
    }

    public CachePolicy Policy { get; }

    internal Counter.Child Hits { get; }
    internal Counter.Child Misses { get; }
    internal Counter.Child SharedHits { get; }
    internal Counter.Child Loads { get; }
    internal Counter.Child PutBack { get; }
    internal Counter.Child HerdWaits { get; }
    internal Counter.Child LeaseWaits { get; }
    internal Counter.Child Forgotten { get; }
    internal Counter.Child Expired { get; }

    /// <summary>All of it now.</summary>
    public CacheReport Report() => new(
        Policy.Name, Policy.Entries, Limit, Policy.Longest.TotalSeconds, Policy.IsShared, Policy.Reason, entries(), Bytes(), (long)Hits.Value, (long)Misses.Value,
        (long)SharedHits.Value, (long)Loads.Value, (long)HerdWaits.Value, (long)LeaseWaits.Value, (long)Forgotten.Value, (long)Expired.Value, evicted(), hot.Top(5));

    private long Limit => Policy.Megabytes * 1024L * 1024;

    /// <summary>To be called for a sample of reads.</summary>
    internal void Seen<TKey>(TKey[] keys) where TKey : notnull
    {
        foreach (var key in keys)
        {
            hot.Add(key.ToString()!);
        }
    }

    private long Bytes()
    {
        var sizes = sample().ToList();
        return sizes.Count == 0 ? 0 : (long)((sizes.Average() + ByteBound.BytesBeside) * entries());
    }

    private void Publish()
    {
        EntriesKept.WithLabels(Policy.Name).Set(entries());
        BytesKept.WithLabels(Policy.Name).Set(Bytes());
        BytesAllowed.WithLabels(Policy.Name).Set(Limit);
        Evictions.WithLabels(Policy.Name).IncTo(evicted());
    }
}

/// <summary>A cache at one moment, since its process began.</summary>
/// <param name="MostEntries">Its bound in entries.</param>
/// <param name="MostBytes">Its bound in bytes.</param>
/// <param name="Hits">Reads that found the value in this process.</param>
/// <param name="Shared">Values brought in from the memory server.</param>
/// <param name="Loads">Values brought in from the source.</param>
/// <param name="HerdWaits">Reads that waited for a load of this process which somebody else had begun.</param>
/// <param name="LeaseWaits">Looks while another process held the lease.</param>
/// <param name="Expired">Reads that found an entry whose lifetime was over.</param>
/// <param name="Evictions">Entries given up for want of room.</param>
/// <param name="HotKeys">What a sample of reads asked for most.</param>
public sealed record CacheReport(
    string Name, int MostEntries, long MostBytes, double LifetimeSeconds, bool IsShared, string Reason, int Entries, long Bytes, long Hits, long Misses,
    long Shared, long Loads, long HerdWaits, long LeaseWaits, long Forgotten, long Expired, long Evictions, IReadOnlyList<HotKey> HotKeys);
