using Tintype.Cards;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>Who is in which list, and for whom. Lists go by account id: newest people first.</summary>
internal sealed class PeopleLists(FollowTable follows, RelationCache relations)
{
    private static readonly RowPage<AccountId> Nobody = new([], false);

    public Task<RowPage<AccountId>> FollowersAsync(Person of, AccountId? viewer, IdRange page, CancellationToken cancel = default) =>
        ForViewerAsync(of, viewer, () => follows.FollowersAsync(of.Id, FollowState.Active, page, Freshness.Any, cancel), cancel);

    public Task<RowPage<AccountId>> FollowingAsync(Person of, AccountId? viewer, IdRange page, CancellationToken cancel = default) =>
        ForViewerAsync(of, viewer, () => follows.FollowingAsync(of.Id, FollowState.Active, page, Freshness.Any, cancel), cancel);

    public Task<RowPage<AccountId>> RequestsAsync(AccountId me, IdRange page, CancellationToken cancel = default) =>
        follows.FollowersAsync(me, FollowState.Requested, page, cancel: cancel);

    /// <summary>A private account's lists are its own and its followers'; others find them empty. Nobody finds people there between whom and them is a block.</summary>
    private async Task<RowPage<AccountId>> ForViewerAsync(Person of, AccountId? viewer, Func<Task<RowPage<AccountId>>> read, CancellationToken cancel)
    {
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        return Audience.MaySeePhotosOf(of, seen) ? await read() : Nobody;
    }
}
