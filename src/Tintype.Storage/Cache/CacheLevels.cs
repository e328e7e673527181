using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache;

/// <summary>
/// What the caches of a process have in common: a clock, the memory server they share with other processes if there is one, the word of
/// what was changed, how large they may be, and the list of them all.
/// </summary>
public sealed class CacheLevels(TimeProvider time, ISharedCache? server, Invalidations invalidations, CacheSizes? sizes = null)
{
    private readonly List<CacheFigures> all = [];

    public TimeProvider Time => time;

    /// <summary>Null: every process has what it loaded itself, and nothing else.</summary>
    public ISharedCache? Server => server;

    public Invalidations Invalidations => invalidations;

    public CacheSizes Sizes { get; } = sizes ?? CacheSizes.AsPolicies;

    /// <summary>The caches made so far.</summary>
    public IReadOnlyList<CacheFigures> All
    {
        get
        {
            lock (all)
            {
                return [.. all];
            }
        }
    }

    /// <summary>Of a process that shares nothing.</summary>
    public static CacheLevels Alone(TimeProvider time) => new(time, null, Invalidations.Alone(time));

    internal void Add(CacheFigures cache)
    {
        lock (all)
        {
            all.Add(cache);
        }
    }
}
