using Tintype.Cards;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>Removes what a purged person liked, said, kept and heard, so that counts are true again and no word of theirs is left.</summary>
internal sealed class ForgetPurged(
    AccountTable accounts, LikeTable table, Likes likes, CommentTable comments, BookmarkTable bookmarks, NotificationTable notifications,
    MarkerTable markers, CardStore cards, Settings settings)
    : IJob<AccountPurgeDue>
{
    private const int Batch = 200;

    public async Task RunAsync(AccountPurgeDue payload, CancellationToken cancel)
    {
        var person = payload.AccountId;
        if (!await accounts.IsPurgeDueAsync(person, TimeSpan.FromDays(settings.Accounts.RestoreDays), cancel))
        {
            return;
        }
        while ((await table.OfPersonAsync(person, IdRange.Newest(Batch), cancel)).Items is { Count: > 0 } liked)
        {
            foreach (var like in liked)
            {
                if (await table.SetAsync(person, like.PostId, liked: false, cancel) is { } truth)
                {
                    await likes.CarryAsync(truth, cancel);
                }
            }
        }
        await table.ForgetAsync(person, cancel);
        while (await comments.OfAuthorFromAllShardsAsync(person, Batch, cancel) is { Count: > 0 } said)
        {
            foreach (var comment in said)
            {
                foreach (var gone in await comments.DeleteAsync(comment, cancel))
                {
                    cards.Forget(gone);
                }
                await comments.RemoveAsync(comment.Id, cancel);
                cards.Forget(comment.Id);
                cards.Forget(comment.RootId!.Value);
                cards.Forget(comment.InReplyToId!.Value);
            }
        }
        await bookmarks.ClearAsync(person, cancel);
        await notifications.ClearAsync(person, cancel);
        await markers.ClearAsync(person, cancel);
    }
}
