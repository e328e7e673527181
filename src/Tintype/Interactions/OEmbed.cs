using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>What another site needs to show a shared link (oembed.com, version 1.0); for what strangers may see only.</summary>
internal sealed record OEmbedEntity
{
    public required string Version { get; init; }
    /// <summary>photo or link.</summary>
    public required string Type { get; init; }
    public required string Title { get; init; }
    public required string AuthorName { get; init; }
    public required string AuthorUrl { get; init; }
    public required string ProviderName { get; init; }
    public required string ProviderUrl { get; init; }
    /// <summary>Seconds.</summary>
    public required int CacheAge { get; init; }
    /// <summary>Address and size of the photo itself; null for a link.</summary>
    public string? Url { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
}

internal static class OEmbed
{
    private const int CacheSeconds = 3600;
    private const int TitleLength = 120;

    private static readonly int[] Widths = [1080, 640, 320];

    public static void MapOEmbed(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/oembed", AnswerAsync).KeptForStrangers();

    private static async Task<IResult> AnswerAsync(
        string? url, string? format, HttpContext http, VisibleCards visible, People people, PhotoAddresses addresses, Settings settings)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        if (format is not (null or "" or "json"))
        {
            return ApiError.Json(StatusCodes.Status501NotImplemented, "Only JSON is offered");
        }
        if (url is null || !url.StartsWith(settings.PublicUrl + "/@", StringComparison.Ordinal))
        {
            return ApiError.NotFound();
        }
        var parts = url[(settings.PublicUrl.Length + 2)..].Split('?', '#')[0].TrimEnd('/').Split('/');
        if (await people.FindAsync(parts[0], http.RequestAborted) is not { } person || !Audience.MaySeePhotosOf(person, null))
        {
            return ApiError.NotFound();
        }
        if (parts.Length == 1)
        {
            return ApiJson.Ok(Of(person, "link", $"{person.View.DisplayName} (@{person.Username})", settings));
        }
        return PostId.TryParse(parts[1], null, out var id) && await visible.FindAsync(id, null, http.RequestAborted) is { Photos: [var photo, ..] } card && card.Author.Id == person.Id
            ? ApiJson.Ok(Sized(Of(person, "photo", TitleOf(card.Post), settings), photo, person, http, addresses))
            : ApiError.NotFound();
    }

    private static OEmbedEntity Sized(OEmbedEntity entity, Photo photo, Person owner, HttpContext http, PhotoAddresses addresses)
    {
        var most = int.TryParse(http.Request.Query["maxwidth"], out var asked) ? asked : Widths[0];
        var width = Widths.FirstOrDefault(width => width <= most, Widths[^1]);
        var shown = Math.Min(width, photo.Width);
        return entity with
        {
            Url = addresses.Absolute(photo, owner, width, "jpg"), Width = shown, Height = (int)Math.Round((double)photo.Height * shown / photo.Width),
        };
    }

    private static OEmbedEntity Of(Person person, string type, string title, Settings settings) => new()
    {
        Version = "1.0", Type = type, Title = title, AuthorName = person.View.DisplayName, AuthorUrl = settings.PublicUrl + person.View.Url,
        ProviderName = settings.InstanceName, ProviderUrl = settings.PublicUrl, CacheAge = CacheSeconds,
    };

    private static string TitleOf(Post post) => post.Caption.Length <= TitleLength ? post.Caption : string.Concat(post.Caption.AsSpan(0, TitleLength).TrimEnd(), "…");
}
