using Tintype.Storage.Model;

namespace Tintype.Cards;

/// <summary>Cards as one viewer may see them: what is not for them is not there.</summary>
internal sealed class VisibleCards(CardStore cards, RelationCache relations)
{
    /// <param name="viewer">Null for a stranger.</param>
    public async Task<IReadOnlyList<Card>> GetAsync(IReadOnlyList<PostId> ids, AccountId? viewer, CancellationToken cancel = default)
    {
        var seen = await RelationsOfAsync(viewer, cancel);
        return [.. (await cards.GetAsync(ids, cancel)).Where(card => Audience.MaySee(card, seen))];
    }

    public async Task<Card?> FindAsync(PostId id, AccountId? viewer, CancellationToken cancel = default) =>
        (await GetAsync([id], viewer, cancel)).FirstOrDefault();

    /// <summary>Null for a stranger.</summary>
    public async ValueTask<Relations?> RelationsOfAsync(AccountId? viewer, CancellationToken cancel = default) =>
        viewer is { } id ? await relations.GetAsync(id, cancel) : null;
}
