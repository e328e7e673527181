namespace Tintype.Web.Views;

/// <summary>Where a photo is on its way: bytes safe, renditions being made, visible, or refused with a reason.</summary>
public enum PhotoState { Stored, Processing, Live, Failed }

/// <summary>
/// One photo of a post. Width and height (pixels, upright) and the BlurHash are known before any byte of it is loaded, so nothing
/// shifts. Rendition addresses are relative: WebP and JPEG at long-edge-independent widths 320, 640 and 1080.
/// </summary>
/// <param name="FocusX">-1 left to 1 right; 0 is the centre.</param>
/// <param name="FocusY">-1 bottom to 1 top; 0 is the centre.</param>
/// <param name="AddressPrefix">Rendition address up to the width: prefix + "/640.webp" + AddressQuery.</param>
/// <param name="AddressQuery">Empty, or the short-lived signature ("?e=..&amp;s=..") of a private account's photo.</param>
public sealed record PhotoView(
    MediaId Id, PhotoState State, string? FailedReason, int Width, int Height, string? BlurHash, string? Alt,
    double FocusX, double FocusY, string AddressPrefix, string AddressQuery)
{
    public string Url(int width, string format = "webp") => $"{AddressPrefix}/{width}.{format}{AddressQuery}";
}

/// <summary>A post as a card in a feed and as the head of its own page.</summary>
/// <param name="CaptionHtml">Escaped, with links for #tags, @mentions and addresses; safe to print raw.</param>
/// <param name="Tagged">People tagged in the photos.</param>
/// <param name="State">Live, or the worst state among its photos; only its author sees others than Live.</param>
public sealed record PostView(
    PostId Id, PersonView Author, IReadOnlyList<PhotoView> Photos, string CaptionHtml, string CaptionText, PlaceView? Place,
    IReadOnlyList<PersonView> Tagged, DateTimeOffset CreatedAt, DateTimeOffset? TakenAt, PhotoState State, long Likes, long Comments,
    bool Liked, bool Bookmarked, bool IsOwn)
{
    public string Url => $"/@{Author.Username}/{Id}";

    /// <summary>Someone the viewer follows who likes it, for "Liked by anna and 12 others"; null when nobody is known.</summary>
    public PersonView? LikedBy { get; init; }
}

public sealed record PlaceView(string Name, string? Country)
{
    public string Url => $"/places/{Uri.EscapeDataString(Name)}";
}

/// <summary>A comment with its replies, oldest first; replies have none of their own.</summary>
public sealed record CommentView(
    PostId Id, PersonView Author, string Html, DateTimeOffset CreatedAt, long Likes, bool Liked, bool MayDelete,
    IReadOnlyList<CommentView> Replies);

/// <summary>A square in a grid.</summary>
public sealed record TileView(PostId Id, string Url, PhotoView Photo, int PhotoCount, long Likes, long Comments, PhotoState State);

/// <summary>A page of a longer list; <paramref name="NextUrl"/> is the address of the next page, null on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextUrl);
