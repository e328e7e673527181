using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>Turns cards into the view models of pages, with the viewer's own flags.</summary>
internal sealed class PostViews(CardStore cards, People people, RelationCache relations, ViewerFlagTable flags, PhotoAddresses addresses)
{
    /// <summary>The posts among <paramref name="ids"/> that the viewer may see, in the order asked for.</summary>
    public async Task<IReadOnlyList<PostView>> GetAsync(IReadOnlyList<PostId> ids, AccountId? viewer, CancellationToken cancel = default)
    {
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        return await OfAsync([.. (await cards.GetAsync(ids, cancel)).Where(card => Audience.MaySee(card, seen))], viewer, cancel);
    }

    /// <summary>Views of cards that the caller has judged already.</summary>
    public async Task<IReadOnlyList<PostView>> OfAsync(IReadOnlyList<Card> visible, AccountId? viewer, CancellationToken cancel = default)
    {
        var mine = viewer is { } id && visible.Count > 0
            ? await flags.GetAsync(id, [.. visible.Select(card => card.Id)], cancel)
            : ViewerFlags.None;
        var tagged = await people.GetAsync(visible.SelectMany(card => card.Post.Tagged), cancel);
        return [.. visible.Select(card => Of(card, mine.Liked.Contains(card.Id), mine.Bookmarked.Contains(card.Id), card.Post.AccountId == viewer) with
        {
            Tagged = [.. card.Post.Tagged.Where(tagged.ContainsKey).Select(person => tagged[person].View)],
        })];
    }

    /// <summary>A card as the feed shows it: without the people tagged in it, whom only its own page names.</summary>
    public PostView Of(Card card, bool liked, bool bookmarked, bool isOwn) => new(
        card.Id, card.Author.View, [.. card.Photos.Select(photo => Of(photo, card.Author))], CaptionHtml.Of(card.Post.Caption, card.Post.Mentions), card.Post.Caption,
        card.Post.Place is { } place ? new PlaceView(place.Name, place.Country) : null, [],
        card.Post.CreatedAt, card.Photos.FirstOrDefault(photo => photo.TakenAt is not null)?.TakenAt, StateOf(card),
        card.Post.Likes, card.Post.Comments, liked, bookmarked, isOwn);

    /// <summary>Squares of a grid, for cards that the caller has judged already.</summary>
    public IReadOnlyList<TileView> TilesOf(IReadOnlyList<Card> visible) =>
        [.. visible.Where(card => card.Photos.Count > 0).Select(card => new TileView(
            card.Id, $"/@{card.Author.Username}/{card.Id}", Of(card.Photos[0], card.Author), card.Photos.Count, card.Post.Likes, card.Post.Comments, StateOf(card)))];

    public PhotoView Of(Photo photo, Person owner) => new(
        photo.Id, (PhotoState)photo.State, photo.FailedReason, photo.Width, photo.Height, photo.BlurHash, photo.Description,
        photo.FocusX, photo.FocusY, addresses.Prefix(photo, owner), addresses.Query(photo, owner));

    private static PhotoState StateOf(Card card) =>
        card.Photos.Any(photo => photo.State == MediaState.Failed) ? PhotoState.Failed
        : card.Post.State == PostState.Live ? PhotoState.Live
        : card.Photos.Any(photo => photo.State == MediaState.Processing) ? PhotoState.Processing : PhotoState.Stored;
}
