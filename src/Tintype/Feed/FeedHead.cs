using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;

namespace Tintype.Feed;

/// <summary>
/// The top of a feed as it was judged last, with all that it was judged by: the reader's relations (it is kept with them), the ids, the cards, their
/// authors. While none of that has changed, <see cref="FeedRules"/> would say the same again.
/// </summary>
/// <param name="Ids">Of the feed, before unpushed posts were merged in.</param>
/// <param name="Unpushed">Version of what was merged in.</param>
/// <param name="Seen">Every card that was judged, whether it belongs or not.</param>
internal sealed record FeedHead(
    Paging Paging, Func<Card, Relations, bool> Belongs, FeedIds Ids, long Unpushed, HeldCards Seen, FeedPage Page)
{
    /// <summary>That it is the top of, since it was found last.</summary>
    public KeptFeed? Feed { get; set; }

    public bool IsOf(Paging paging, Func<Card, Relations, bool> belongs, FeedIds ids, long unpushed) =>
        Unpushed == unpushed && Ids == ids && Paging == paging && Belongs == belongs;
}
