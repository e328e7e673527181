using Tintype.Storage.Model;

namespace Tintype.Cards;

/// <summary>
/// The one owner of who may see a person and a post when asking for it by its address. What belongs in a home feed is more (muted,
/// unfollowed): FeedRules. What may not be seen answers 404, as if it were not there.
/// </summary>
internal static class Audience
{
    /// <summary>Whether the person's page may be opened: not gone, and no block either way.</summary>
    /// <param name="viewer">Null for a stranger.</param>
    public static bool MaySee(Person person, Relations? viewer) =>
        person.IsVisible && (viewer is null || viewer.ViewerId == person.Id || !viewer.BlockedEitherWay(person.Id));

    /// <summary>Whether the person's photos may be looked at: a private account's by itself and its followers.</summary>
    public static bool MaySeePhotosOf(Person person, Relations? viewer) =>
        MaySee(person, viewer) && (!person.IsPrivate || viewer is not null && (viewer.ViewerId == person.Id || viewer.Follows(person.Id)));

    /// <summary>Whether a post may be looked at; a comment by whoever may see its post and its author, however private that author is.</summary>
    public static bool MaySee(Card card, Relations? viewer)
    {
        if (card.Post.IsComment)
        {
            return card.Post.State == PostState.Live && card.Root is { } root && MaySee(root, viewer) && MaySee(card.Author, viewer);
        }
        var own = viewer is not null && viewer.ViewerId == card.Post.AccountId;
        return card.Post.State switch
        {
            PostState.Deleted => false,
            PostState.Live => own || MaySeePhotosOf(card.Author, viewer)
                && (card.Post.Visibility != Visibility.Followers || viewer is not null && viewer.Follows(card.Post.AccountId)),
            _ => own && card.Author.IsVisible,
        };
    }
}
