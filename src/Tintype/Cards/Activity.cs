using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>
/// What people should hear of, and how much of it they have not seen. The writer of a like or comment may tell at once, and the
/// outbox tells again: it stands once.
/// </summary>
internal sealed class Activity(NotificationTable table, LikeTable likes, CardStore cards, RelationCache relations, CacheLevels levels)
{
    /// <summary>Shown as "99+" beyond.</summary>
    public const int MostUnread = 100;

    private readonly NamedCache<int> unread = new(CachePolicies.Unread, levels);

    /// <summary>Unread notifications, counted no further than <see cref="MostUnread"/>.</summary>
    public ValueTask<int> UnreadAsync(AccountId account, CancellationToken cancel = default) =>
        unread.GetAsync(CacheKeys.Unread(account), () => table.CountUnreadAsync(account, MostUnread, CancellationToken.None));

    /// <summary>To be called after a person read or cleared their activity.</summary>
    public ValueTask ForgetUnreadAsync(AccountId account)
    {
        unread.Forget(CacheKeys.Unread(account));
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells of something, unless it is one's own doing, is no longer so, or is about what the person may not see.</summary>
    public async Task TellAsync(NotificationDue due, CancellationToken cancel = default)
    {
        if (due.AccountId != due.FromId && await ConcernsAsync(due, cancel) && await table.AddAsync(due, cancel))
        {
            await ForgetUnreadAsync(due.AccountId);
        }
    }

    /// <summary>Takes back what is no longer so.</summary>
    public async Task WithdrawAsync(NotificationDue due, CancellationToken cancel = default)
    {
        await table.WithdrawAsync(due, cancel);
        await ForgetUnreadAsync(due.AccountId);
    }

    private async Task<bool> ConcernsAsync(NotificationDue due, CancellationToken cancel)
    {
        if (due.PostId is not { } id)
        {
            return true;
        }
        return await cards.FindAsync(id, cancel) is { } card
            && Audience.MaySee(card, await relations.GetAsync(due.AccountId, cancel))
            && (due.NotificationKind != NotificationKind.Like || await likes.FindAsync(due.FromId, id, cancel) is { Liked: true });
    }
}
