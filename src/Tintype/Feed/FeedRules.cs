using Tintype.Cards;
using Tintype.Storage.Model;

namespace Tintype.Feed;

/// <summary>
/// The one owner of what belongs in a home feed: live photo posts of those its reader follows, and all the reader's own; not those of
/// people muted, blocked either way, or gone. Judged on every read, so that whatever happened a moment ago counts.
/// </summary>
internal static class FeedRules
{
    public static bool Belongs(Card card, Relations reader)
    {
        var (post, author) = (card.Post, card.Post.AccountId);
        if (post.IsComment || !card.Author.IsVisible)
        {
            return false;
        }
        return author == reader.ViewerId
            ? post.State != PostState.Deleted
            : post.State == PostState.Live && IsSource(author, reader);
    }

    /// <summary>Apps are never shown a photo without an address: what is still processed, or failed, its author sees on the web only.</summary>
    public static bool BelongsInApps(Card card, Relations reader) => card.Post.State == PostState.Live && Belongs(card, reader);

    /// <summary>Those whose posts make up the feed, its reader included.</summary>
    public static IReadOnlyList<AccountId> Sources(Relations reader) =>
        [reader.ViewerId, .. reader.Following.Where(author => author != reader.ViewerId && IsSource(author, reader))];

    // Following covers private accounts too: asking to follow one is another state, and its posts are for followers anyway.
    private static bool IsSource(AccountId author, Relations reader) =>
        reader.Follows(author) && !reader.Mutes(author) && !reader.BlockedEitherWay(author);
}
