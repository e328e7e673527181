namespace Tintype.Storage.Cache;

/// <summary>What an operator wants caches to take, where that is not what <see cref="CachePolicies"/> says.</summary>
/// <param name="megabytes">By name, blanks as hyphens.</param>
public sealed class CacheSizes(IReadOnlyDictionary<string, int> megabytes)
{
    private readonly Dictionary<string, int> megabytes = new(megabytes, StringComparer.OrdinalIgnoreCase);

    public static readonly CacheSizes AsPolicies = new(new Dictionary<string, int>());

    /// <summary>The name of a cache in settings: environment variables have no blanks.</summary>
    public static string NameOf(CachePolicy cache) => cache.Name.Replace(' ', '-');

    /// <summary>The cache in the size that is wanted: its entries grow and shrink with its bytes.</summary>
    public CachePolicy Of(CachePolicy cache) => megabytes.TryGetValue(NameOf(cache), out var wanted)
        ? cache with { Megabytes = wanted, Entries = (int)Math.Clamp((long)cache.Entries * wanted / cache.Megabytes, 1, int.MaxValue) }
        : cache;
}
