using Tintype.Web.Fragments;
using Tintype.Web.Parts;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>What <see cref="Tintype.Web.Parts.Card"/> wrote of a card, in each of the ways in which pages show it.</summary>
/// <param name="Author">Whom it was composed for: another version of the profile needs another composition.</param>
/// <param name="Hour">In which it was composed, since 1970: addresses signed for a private account's photos change with it.</param>
internal sealed record CardMarkup(Person Author, long Hour)
{
    /// <summary>Liked 1, bookmarked 2, own 4, first 8.</summary>
    public Composition?[] Ways { get; } = new Composition?[16];

    public Composition? Preload { get; set; }
}

/// <summary>Cards in UTF-8 for pages: composed once for each way in which they are shown, by the component that pages use.</summary>
internal sealed class CardPieces(PostViews views, Composer composer, TimeProvider time)
{
    private const int Own = 4;
    private const int First = 8;

    private static readonly PageContext Page = Composer.Page();

    /// <param name="marks">As <see cref="ViewerMarks"/> says: liked 1, bookmarked 2.</param>
    /// <param name="first">The first of a page, which is loaded at once.</param>
    public ValueTask<Composition> OfAsync(Card card, byte marks, bool isOwn, bool first)
    {
        var way = marks | (isOwn ? Own : 0) | (first ? First : 0);
        var markup = Of(card);
        return markup.Ways[way] is { } ready ? new(ready) : new(ComposeAsync(card, markup, way));
    }

    /// <summary>What has the browser fetch the card's photo before it comes to its place.</summary>
    public ValueTask<Composition> PreloadAsync(Card card)
    {
        var markup = Of(card);
        return markup.Preload is { } ready ? new(ready) : new(ComposePreloadAsync(card, markup));
    }

    private CardMarkup Of(Card card)
    {
        var hour = time.GetUtcNow().ToUnixTimeSeconds() / 3600;
        return card.Markup is { } kept && ReferenceEquals(kept.Author, card.Author) && (kept.Hour == hour || !card.Author.IsPrivate)
            ? kept
            : card.Markup = new CardMarkup(card.Author, hour);
    }

    private async Task<Composition> ComposeAsync(Card card, CardMarkup markup, int way) =>
        markup.Ways[way] = await composer.ComposeAsync<Tintype.Web.Parts.Card>(Page, new()
        {
            [nameof(Tintype.Web.Parts.Card.Post)] = views.Of(card, (way & 1) != 0, (way & 2) != 0, (way & Own) != 0),
            [nameof(Tintype.Web.Parts.Card.First)] = (way & First) != 0,
        });

    private async Task<Composition> ComposePreloadAsync(Card card, CardMarkup markup) =>
        markup.Preload = await composer.ComposeAsync<Preload>(Page, new() { [nameof(Preload.Post)] = views.Of(card, false, false, false) });
}
