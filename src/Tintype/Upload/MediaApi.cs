using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Upload;

/// <summary>Uploading and describing photos, as Mastodon's clients do it: /api/v1/media, /api/v2/media.</summary>
internal static class MediaApi
{
    private const string Scope = "write:media";

    /// <summary>How long the old, synchronous upload waits for renditions: clients give up after 30 s.</summary>
    private static readonly TimeSpan SynchronousWait = TimeSpan.FromSeconds(20);

    public static void MapMediaApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v2/media", (HttpContext http, CurrentUser user, UploadRequest uploads) =>
            UploadAsync(http, user, uploads, TimeSpan.Zero)).RequireUser(Scope);
        routes.MapPost("/api/v1/media", (HttpContext http, CurrentUser user, UploadRequest uploads) =>
            UploadAsync(http, user, uploads, SynchronousWait)).RequireUser(Scope);
        routes.MapGet("/api/v1/media/{id}", FindAsync).RequireUser(Scope);
        routes.MapPut("/api/v1/media/{id}", DescribeAsync).RequireUser(Scope);
        routes.MapDelete("/api/v1/media/{id}", DeleteAsync).RequireUser(Scope);
        routes.MapPost("/api/v1/media/{id}/retry", RetryAsync).RequireUser(Scope);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, CurrentUser user, UploadRequest uploads, TimeSpan wait) =>
        await uploads.ReceiveOneAsync(http, user.Id) switch
        {
            Reception.Kept kept => await uploads.AnswerAsync(await uploads.WaitAsync(kept.Photo, wait, http.RequestAborted), http.RequestAborted),
            Reception.Refused refused => ApiError.Json(refused.Status, refused.Why.Reason),
            _ => ApiError.Unprocessable("Send the photo as the part \"file\" of a multipart form."),
        };

    private static async Task<IResult> FindAsync(string id, CurrentUser user, MediaTable media, UploadRequest uploads, CancellationToken cancel) =>
        await OwnAsync(media, id, user, cancel) is { } photo
            ? await uploads.AnswerAsync(photo, cancel, processing: StatusCodes.Status206PartialContent)
            : ApiError.NotFound();

    private static async Task<IResult> DescribeAsync(
        string id, HttpContext http, CurrentUser user, MediaTable media, CardStore cards, UploadRequest uploads, CancellationToken cancel)
    {
        if (await OwnAsync(media, id, user, cancel) is not { } photo)
        {
            return ApiError.NotFound();
        }
        var said = await Parameters.BindAsync(http);
        if (said.Text("description") is { } text && PostText.TooLong(text, PostText.MaxAlt))
        {
            return ApiError.Unprocessable($"A description has at most {PostText.MaxAlt} characters.");
        }
        var described = await media.DescribeAsync(Described(photo, said.Text("description"), said.Text("focus")), cancel);
        if (described?.PostId is { } post)
        {
            cards.Forget(post);
        }
        return described is null ? ApiError.NotFound() : await uploads.AnswerAsync(described, cancel);
    }

    private static async Task<IResult> DeleteAsync(string id, CurrentUser user, MediaTable media, CancellationToken cancel) =>
        await OwnAsync(media, id, user, cancel) is not { } photo ? ApiError.NotFound()
        : await media.DeleteAsync(photo.Id, user.Id, cancel) ? ApiJson.Empty()
        : ApiError.Unprocessable("This photo is in a post. Delete the post instead.");

    private static async Task<IResult> RetryAsync(
        string id, CurrentUser user, PhotoPostTable posts, CardStore cards, UploadRequest uploads, CancellationToken cancel)
    {
        if (!MediaId.TryParse(id, null, out var known) || await posts.RetryPhotoAsync(known, user.Id, cancel) is not { } photo)
        {
            return ApiError.NotFound();
        }
        if (photo.PostId is { } post)
        {
            cards.Forget(post);
        }
        return await uploads.AnswerAsync(photo, cancel);
    }

    private static async Task<Photo?> OwnAsync(MediaTable media, string id, CurrentUser user, CancellationToken cancel) =>
        MediaId.TryParse(id, null, out var known) && await media.FindAsync(known, cancel) is { } photo && photo.AccountId == user.Id ? photo : null;

    /// <summary>The photo with what its owner says of it; what is absent or unreadable stays as it was.</summary>
    /// <param name="focus">"x,y", each from -1 to 1.</param>
    public static Photo Described(Photo photo, string? description, string? focus)
    {
        var point = focus?.Split(',');
        return photo with
        {
            Description = description is null ? photo.Description : PostText.Clean(description) is { Length: > 0 } text ? text : null,
            FocusX = point is [var x, _] && Coordinate(x) is { } across ? across : photo.FocusX,
            FocusY = point is [_, var y] && Coordinate(y) is { } up ? up : photo.FocusY,
        };
    }

    private static double? Coordinate(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? Math.Clamp(value, -1, 1) : null;
}
