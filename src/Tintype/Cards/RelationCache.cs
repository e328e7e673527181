using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>What viewers have to do with others, cached: every read of anything asks for it.</summary>
internal sealed class RelationCache(RelationTable table, CountCache counts, CacheLevels levels)
{
    private readonly PromiseCache<AccountId, Relations> cache = new(CachePolicies.Relations, levels, CacheForms.Relations, static (old, loaded) => old.Fingerprint == loaded.Fingerprint);

    private readonly Func<AccountId[], Task<Relations?[]>> load = async viewers => await table.GetAsync(viewers, CancellationToken.None);

    public ValueTask<Relations> GetAsync(AccountId viewer, CancellationToken cancel = default) => cache.GetAsync(viewer, load)!;

    /// <summary>The same for whoever sends a request.</summary>
    public ValueTask<Relations> GetAsync(CurrentUser viewer) => cache.GetAsync(viewer.Id, ref viewer.RelationsAtHand, load)!;

    /// <summary>All that are remembered at the moment.</summary>
    public IEnumerable<Relations> Known => cache.Values;

    /// <summary>To be called by whoever wrote a follow, block or mute, for both people: their counts changed with it.</summary>
    public ValueTask ForgetAsync(params AccountId[] people)
    {
        Array.ForEach(people, cache.Forget);
        return counts.ForgetAsync(people);
    }
}
