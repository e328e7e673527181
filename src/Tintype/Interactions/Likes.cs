using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>Liking and no longer liking. The truth is durable first; count and news follow right away, and again by the outbox.</summary>
internal sealed class Likes(LikeTable table, CardStore cards, VisibleCards visible, Activity activity)
{
    /// <summary>Sets a like or takes it back; nothing happens when it was so already.</summary>
    /// <returns>The post with its count as it now is; null when there is none for this person.</returns>
    public async Task<Card?> SetAsync(AccountId by, PostId post, bool liked, CancellationToken cancel = default)
    {
        if (await visible.FindAsync(post, by, cancel) is not { Post.State: PostState.Live })
        {
            return null;
        }
        if (await table.SetAsync(by, post, liked, cancel) is { } changed)
        {
            await CarryAsync(changed, cancel);
        }
        return await cards.FindAsync(post, cancel);
    }

    /// <summary>Brings the post's copy and its author's activity up to what is true.</summary>
    public async Task CarryAsync(Like truth, CancellationToken cancel = default)
    {
        var news = await table.CarryAsync(truth, cancel);
        if (news)
        {
            cards.Forget(truth.PostId);
        }
        if (await cards.FindAsync(truth.PostId, cancel) is not { } card || card.Post.AccountId == truth.AccountId)
        {
            return;
        }
        var due = new NotificationDue(card.Post.AccountId, NotificationKind.Like, truth.AccountId, truth.PostId);
        if (!truth.Liked)
        {
            await activity.WithdrawAsync(due, cancel);
        }
        else if (news)
        {
            await activity.TellAsync(due, cancel);
        }
    }
}
