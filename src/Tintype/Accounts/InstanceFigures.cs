using Tintype.Storage.Cache;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>How large this instance is; counted over all shards, so only now and then.</summary>
internal sealed class InstanceFigures(AccountTable accounts, CountTable counts, CacheLevels levels)
{
    private static readonly TimeSpan ActiveWithin = TimeSpan.FromDays(30);

    private readonly NamedCache<Figures> figures = new(CachePolicies.Instance, levels, new CacheForm<Figures>(
        (packed, figures) =>
        {
            packed.Number(figures.People);
            packed.Number(figures.ActiveThisMonth);
            packed.Number(figures.Posts);
        },
        (ref PackedReader packed) => new Figures(packed.Number(), packed.Number(), packed.Number())));

    internal sealed record Figures(long People, long ActiveThisMonth, long Posts);

    public ValueTask<Figures> GetAsync() => figures.GetAsync(CacheKeys.InstanceFigures, async () =>
    {
        var (people, recent) = await accounts.CountFromAllShardsAsync(levels.Time.GetUtcNow() - ActiveWithin);
        return new Figures(people, recent, await counts.PostsFromAllShardsAsync());
    });
}
