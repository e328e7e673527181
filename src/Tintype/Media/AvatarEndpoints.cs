using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using Tintype.Cards;
using Tintype.Http.Keeping;
using Tintype.Storage.Objects;

namespace Tintype.Media;

/// <summary>
/// /avatars/{id}-{secret}/{160|320}.{webp|jpg}: a person's square picture. /avatars/letter/{username}.svg: their initial on a colour of
/// their own, for those who have none.
/// </summary>
internal static class AvatarEndpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];
    private static readonly FrozenSet<string> Files = new[] { "160.webp", "320.webp", "160.jpg", "320.jpg" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Dark enough for white letters (contrast of 4.5 or more), and quiet beside photographs.</summary>
    private static readonly string[] Colours = ["#7a4a2b", "#5d5a3a", "#3f6650", "#2f6470", "#44598a", "#6a4f86", "#85476b", "#8a4444"];

    /// <summary>A header picture is not offered; apps want an address that answers. One clear pixel.</summary>
    private static readonly byte[] ClearPixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    public static void MapAvatars(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/avatars/{avatar}/{file}", Reading, SendAsync);
        routes.MapMethods("/avatars/letter/{username}.svg", Reading, SendLetter);
        routes.MapMethods("/headers/original/missing.png", Reading, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = Keep.ForEver;
            return Results.Bytes(ClearPixel, "image/png");
        });
    }

    private static async Task<IResult> SendAsync(string avatar, string file, ServedPhotos photos, People people, IObjectStore objects, Settings settings, HttpContext http)
    {
        var cancel = http.RequestAborted;
        if (!Files.Contains(file) || !MediaId.TryParse(avatar.Split('-')[0], null, out var id))
        {
            return ObjectResult.NotFound;
        }
        if (await photos.FindAsync(avatar, cancel) is { } served
            && served.Prefix.StartsWith(PhotoKeys.Avatars, StringComparison.Ordinal)
            && await people.FindAsync(served.OwnerId, cancel) is { IsVisible: true })
        {
            return new ObjectResult(
                objects, PhotoKeys.Rendition(served.Prefix, file), ObjectResult.TypeOf(file), Keep.Picture(settings.Proxies))
            {
                RedirectFor = settings.Objects.RedirectFor(TimeSpan.MaxValue),
            };
        }
        // A new avatar's address is on pages before its renditions are made: a quiet disc until then.
        http.KeptByNobody();
        return Results.Text(Drawing("", Colours[(int)(id.Value % Colours.Length)]), "image/svg+xml", Encoding.UTF8);
    }

    internal static IResult SendLetter(string username, HttpContext http)
    {
        http.Response.Headers.CacheControl = Keep.ForEver;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'";
        var name = username.ToUpperInvariant();
        var colour = Colours[(name.Sum(c => c) + name.Length) % Colours.Length];
        return Results.Text(Drawing(name.EnumerateRunes().First().ToString(), colour), "image/svg+xml", Encoding.UTF8);
    }

    private static string Drawing(string letter, string colour) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="160" height="160" viewBox="0 0 160 160"><rect width="160" height="160" fill="{colour}"/><text x="80" y="83" fill="#fff" font-family="system-ui, sans-serif" font-size="76" font-weight="600" text-anchor="middle" dominant-baseline="central">{HtmlEncoder.Default.Encode(letter)}</text></svg>
        """;
}
