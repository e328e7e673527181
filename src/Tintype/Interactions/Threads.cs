using Tintype.Cards;
using Tintype.Storage.Tables;
using Tintype.Web.Views;

namespace Tintype.Interactions;

/// <summary>The comments of a post with their one level of replies, as apps and pages lay them out.</summary>
internal sealed class Threads(CommentTable table, VisibleCards visible, ViewerFlagTable flags)
{
    /// <summary>Comments of an app's thread, and replies to each: at most 4,000 entries, as with Mastodon.</summary>
    private const int MostComments = 200;
    private const int MostReplies = 20;

    private const int CommentsOfAPage = 50;
    private const int RepliesOfAPage = 50;

    /// <summary>Ids of what stands above a post or comment, and below it, each comment followed by its replies.</summary>
    public async Task<(IReadOnlyList<PostId> Above, IReadOnlyList<PostId> Below)> AroundAsync(Card card, CancellationToken cancel)
    {
        if (card.Post is { RootId: { } root, InReplyToId: { } parent })
        {
            return ([.. new[] { root, parent }.Distinct()], await table.UnderAsync(card.Id, null, MostComments, cancel));
        }
        var comments = await table.UnderAsync(card.Id, null, MostComments, cancel);
        var replies = await visible.GetAsync(await table.RepliesAsync(comments, MostReplies, cancel), card.Post.AccountId, cancel);
        var byComment = replies.ToLookup(reply => reply.Post.InReplyToId!.Value, reply => reply.Id);
        return ([], [.. comments.SelectMany(comment => byComment[comment].Prepend(comment))]);
    }

    /// <summary>A page of comments, oldest first, as this viewer may see them.</summary>
    /// <param name="with">The comment it shows: on the first page if it stands there, else on a page that begins with it. Null for the first page.</param>
    public async Task<Page<CommentView>> PageAsync(Card post, PostId? with, AccountId? viewer, CancellationToken cancel)
    {
        var ids = await table.UnderAsync(post.Id, null, CommentsOfAPage + 1, cancel);
        if (with is { } wanted && ids.Count > CommentsOfAPage && wanted >= ids[^1])
        {
            ids = await table.UnderAsync(post.Id, wanted, CommentsOfAPage + 1, cancel);
        }
        var shown = ids.Take(CommentsOfAPage).ToList();
        var cards = await visible.GetAsync([.. shown, .. await table.RepliesAsync(shown, RepliesOfAPage, cancel)], viewer, cancel);
        var views = await ViewsAsync(cards, viewer, cancel);
        return new Page<CommentView>(
            [.. cards.Where(card => card.Post.InReplyToId == post.Id).Select(card => views(card, [.. cards.Where(reply => reply.Post.InReplyToId == card.Id).Select(reply => views(reply, []))]))],
            ids.Count > CommentsOfAPage ? $"{post.Path}?comment={ids[^1]}" : null);
    }

    /// <summary>One comment without its replies.</summary>
    public async Task<CommentView> ViewAsync(Card comment, AccountId? viewer, CancellationToken cancel) =>
        (await ViewsAsync([comment], viewer, cancel))(comment, []);

    private async Task<Func<Card, IReadOnlyList<CommentView>, CommentView>> ViewsAsync(IReadOnlyList<Card> comments, AccountId? viewer, CancellationToken cancel)
    {
        var liked = viewer is { } id && comments.Count > 0 ? (await flags.GetAsync(id, [.. comments.Select(card => card.Id)], cancel)).Liked : ViewerFlags.None.Liked;
        return (card, replies) => new CommentView(
            card.Id, card.Author.View, CaptionHtml.Of(card.Post.Caption, card.Post.Mentions), card.Post.CreatedAt, card.Post.Likes,
            liked.Contains(card.Id), Comments.MayDelete(card, viewer), replies);
    }
}
