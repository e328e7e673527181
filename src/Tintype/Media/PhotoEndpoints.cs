using System.Collections.Frozen;
using System.Globalization;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Media;

/// <summary>
/// /media/{id}-{secret}/{width}.{webp|jpg} for whoever has the address, /media/{id}/original for the photo's owner. Everything that
/// is not there, or not for the asker, is the same 404.
/// </summary>
internal static class PhotoEndpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    private static readonly FrozenSet<string> Files =
        new[] { "320.webp", "640.webp", "1080.webp", "320.jpg", "640.jpg", "1080.jpg" }.ToFrozenSet(StringComparer.Ordinal);

    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/media/{photo}/{file}", Reading, SendAsync);
        routes.MapMethods("/media/{id}/original", Reading, SendOriginalAsync).RequireSession();
    }

    private static async Task<IResult> SendAsync(
        string photo, string file, HttpContext http, ServedPhotos photos, People people, CardStore cards, PhotoSignatures signatures, IObjectStore objects, Settings settings)
    {
        if (!Files.Contains(file)
            || await photos.FindAsync(photo, http.RequestAborted) is not { } served
            || await people.FindAsync(served.OwnerId, http.RequestAborted) is not { IsVisible: true } owner)
        {
            return ObjectResult.NotFound;
        }
        if (served.PostId is { } post && await cards.FindAsync(post, http.RequestAborted) is not { Post.State: not PostState.Deleted })
        {
            return ObjectResult.NotFound;
        }
        var query = http.Request.Query;
        var holds = owner.IsPrivate ? signatures.Check(served.Id, query["e"], query["s"]) : TimeSpan.MaxValue;
        return holds is { } permitted
            ? new ObjectResult(
                objects, PhotoKeys.Rendition(served.Prefix, file), ObjectResult.TypeOf(file),
                owner.IsPrivate ? Keep.SignedPicture(permitted) : Keep.Picture(settings.Proxies))
            {
                RedirectFor = settings.Objects.RedirectFor(permitted),
            }
            : ObjectResult.NotFound;
    }

    private static async Task<IResult> SendOriginalAsync(string id, CurrentUser user, MediaTable media, IObjectStore objects, Settings settings, CancellationToken cancel)
    {
        if (!MediaId.TryParse(id, null, out var known) || await media.FindAsync(known, cancel) is not { RenditionPrefix: { } prefix } photo || photo.AccountId != user.Id)
        {
            return ObjectResult.NotFound;
        }
        var extension = photo.ContentType.Split('/')[^1].Replace("jpeg", "jpg", StringComparison.Ordinal);
        var date = (photo.TakenAt ?? photo.CreatedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new ObjectResult(objects, PhotoKeys.Original(prefix), photo.ContentType, Keep.Nobody)
        {
            DownloadName = $"tintype-{date}-{photo.Id}.{extension}",
            RedirectFor = settings.Objects.RedirectFor(TimeSpan.MaxValue),
        };
    }
}
