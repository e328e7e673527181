using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache;

/// <summary>A <see cref="PromiseCache{TKey, TValue}"/> for what is found by words: searches, lists, numbers; values of any type, one key at a time.</summary>
public sealed class NamedCache<T>
{
    private readonly PromiseCache<string, Kept> cache;

    /// <param name="form">What values look like on the shared level; null: they are never there.</param>
    public NamedCache(CachePolicy policy, CacheLevels levels, CacheForm<T>? form = null) =>
        cache = new(policy, levels, form is null ? null : new CacheForm<Kept>(
            (packed, kept) => form.Pack(packed, kept.Value),
            (ref PackedReader packed) => new Kept(form.Unpack(ref packed))));

    /// <summary>The cached value, or what <paramref name="load"/> gives; concurrent callers of one key share one load, which outlives them.</summary>
    public async ValueTask<T> GetAsync(string key, Func<Task<T>> load) => (await cache.GetAsync(key, async _ => new Kept(await load())))!.Value;

    /// <summary>To be called after the source was written, by whoever wrote it: the next read loads, in every process.</summary>
    public void Forget(string key) => cache.Forget(key);

    private sealed record Kept(T Value);
}
