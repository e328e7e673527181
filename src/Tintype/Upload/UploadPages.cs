using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Upload.Pictures;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Upload;

/// <summary>The pages and forms of posting: /new, /posts/{id}/edit, delete, restore, and a photo's state.</summary>
internal static class UploadPages
{
    /// <summary>The page offers undo for 10 s; the address works a little longer, for slow hands and lines.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromMinutes(1);

    public static void MapUploadPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/new", (HttpContext http, Pages pages, PictureLimits limits) =>
            pages.ShowAsync<NewPostPage>(http, new NewPostView(Limits(limits), "", "", FormErrors.None))).RequireSession();
        routes.MapPost("/new", PostAsync).RequireSession();
        routes.MapPost("/new/media", TakeAsync).RequireSession();
        routes.MapGet("/media/{id}/state", StateAsync).RequireSession();
        routes.MapPost("/media/{id}/retry", RetryAsync).RequireSession();
        routes.MapGet("/posts/{id}/edit", ShowEditAsync).RequireSession();
        routes.MapPost("/posts/{id}/edit", EditAsync).RequireSession();
        routes.MapPost("/posts/{id}/delete", DeleteAsync).RequireSession();
        routes.MapPost("/posts/{id}/restore", RestoreAsync).RequireSession();
    }

    public static UploadLimitsView Limits(PictureLimits limits) => new(
        PostText.MaxPhotos, limits.MaxBytes, PostText.MaxCaption, PostText.MaxAlt, string.Join(',', [.. PictureKinds.ContentTypes, ".heic", ".heif", ".avif"]));

    private static async Task<IResult> PostAsync(
        HttpContext http, CurrentUser user, PostForms forms, PostDrafts drafts, PhotoPostTable posts, IFeedStore feeds, Pages pages, PictureLimits limits, CancellationToken cancel)
    {
        var form = await forms.ReadAsync(http, user.Id);
        var errors = form.Errors;
        if (!errors.Any)
        {
            switch (await drafts.MakeAsync(user, form.Words, cancel))
            {
                case DraftResult.Wrong wrong:
                    errors = FormErrors.Of(wrong.Field, wrong.Message);
                    break;
                case DraftResult.Ready ready:
                    switch (await posts.PublishAsync(ready.Draft, form.Photos, form.Key, cancel))
                    {
                        case Publication.Published { Post.Id: var id }:
                            await feeds.PushOwnAsync(id, user.Id); // In its author's feed at once; in the others' when it is live.
                            Notices.Posted(http);
                            return Pages.Done(http, form.ReturnUrl, "/", new { id, url = $"/@{user.Username}/{id}" });
                        case Publication.PhotoFailed failed:
                            errors = FormErrors.Of("photos", failed.Reason);
                            break;
                        default:
                            errors = FormErrors.Of("photos", "A photo is in a post already. Choose your photos again.");
                            break;
                    }
                    break;
            }
        }
        return http.WantsJson()
            ? ApiError.Json(form.Status, errors.ByField.Values.First())
            : await pages.ShowAsync<NewPostPage>(http, new NewPostView(Limits(limits), form.Words.Caption, form.Words.Place, errors), form.Status);
    }

    /// <summary>One photo of JavaScript's form; the antiforgery header was checked on the way here, a form field does not do.</summary>
    private static async Task<IResult> TakeAsync(HttpContext http, CurrentUser user, UploadRequest uploads, PhotoViews views, CancellationToken cancel) =>
        !http.Request.Headers.ContainsKey(Antiforgery.Header) ? ApiError.BadRequest("The antiforgery header is missing.")
        : await uploads.ReceiveOneAsync(http, user.Id) switch
        {
            Reception.Kept kept => Pages.Json(await views.OfAsync(kept.Photo, cancel), StatusCodes.Status201Created),
            Reception.Refused refused => ApiError.Json(refused.Status, refused.Why.Reason),
            _ => ApiError.Unprocessable("Send the photo as the part \"file\" of a multipart form."),
        };

    private static async Task<IResult> StateAsync(string id, CurrentUser user, MediaTable media, PhotoViews views, CancellationToken cancel) =>
        MediaId.TryParse(id, null, out var known) && await media.FindAsync(known, cancel) is { } photo && photo.AccountId == user.Id
            ? Pages.Json(await views.OfAsync(photo, cancel))
            : ApiError.NotFound();

    private static async Task<IResult> RetryAsync(
        string id, HttpContext http, Parameters said, CurrentUser user, PhotoPostTable posts, CardStore cards, PhotoViews views, CancellationToken cancel)
    {
        if (!MediaId.TryParse(id, null, out var known) || await posts.RetryPhotoAsync(known, user.Id, cancel) is not { } photo)
        {
            return Results.NotFound();
        }
        if (photo.PostId is { } post)
        {
            cards.Forget(post);
        }
        return Pages.Done(
            http, said.Text("returnUrl"), photo.PostId is { } of ? $"/@{user.Username}/{of}" : "/", http.WantsJson() ? await views.OfAsync(photo, cancel) : null);
    }

    private static async Task<IResult> ShowEditAsync(
        string id, HttpContext http, CurrentUser user, PostViews views, Pages pages, PictureLimits limits, CancellationToken cancel) =>
        await OwnAsync(views, id, user, cancel) is { } post
            ? await pages.ShowAsync<EditPostPage>(http, new EditPostView(post, Limits(limits), post.CaptionText, post.Place?.Name ?? "", FormErrors.None))
            : Results.NotFound();

    private static async Task<IResult> EditAsync(
        string id, HttpContext http, Parameters said, CurrentUser user, PostTable table, PostDrafts drafts, PhotoPostTable posts, PostViews views, CardStore cards,
        Pages pages, PictureLimits limits, CancellationToken cancel)
    {
        if (await OwnAsync(views, id, user, cancel) is not { } post || await table.FindAsync(post.Id, cancel) is not { } row)
        {
            return Results.NotFound();
        }
        var place = said.Text("place") ?? "";
        var same = row.Place?.Name == PostText.Clean(place);
        var words = new PostWords(said.Text("caption") ?? "", place, [.. row.Tagged.Select(person => person.ToString())])
        {
            Country = same ? row.Place?.Country : null, Latitude = same ? row.Place?.Latitude : null, Longitude = same ? row.Place?.Longitude : null,
            Visibility = row.Visibility, Sensitive = row.Sensitive, SpoilerText = row.SpoilerText, Language = row.Language,
        };
        var draft = await drafts.MakeAsync(user, words, cancel);
        if (draft is DraftResult.Ready ready)
        {
            await posts.EditAsync(ready.Draft with { Id = row.Id }, PostForms.Photos(said.List("mediaId"), said.List("alt")), cancel);
            cards.Forget(row.Id);
            Notices.Saved(http);
            return Pages.Done(http, said.Text("returnUrl"), post.Url);
        }
        var wrong = (DraftResult.Wrong)draft;
        return await pages.ShowAsync<EditPostPage>(
            http, new EditPostView(post, Limits(limits), words.Caption, place, FormErrors.Of(wrong.Field, wrong.Message)), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, Parameters said, CurrentUser user, PhotoPostTable posts, Comments comments, CardStore cards, CancellationToken cancel)
    {
        if (!PostId.TryParse(id, null, out var known))
        {
            return Results.NotFound();
        }
        if (await posts.DeleteAsync(known, user.Id, cancel) is not null)
        {
            cards.Forget(known);
            Notices.PostDeleted(http, known);
        }
        else if (await comments.DeleteAsync(known, user.Id, cancel) is not null)
        {
            Notices.CommentDeleted(http);
        }
        else
        {
            return Results.NotFound();
        }
        return Pages.Done(http, said.Text("returnUrl"), "/");
    }

    private static async Task<IResult> RestoreAsync(
        string id, HttpContext http, Parameters said, CurrentUser user, PhotoPostTable posts, CardStore cards, IFeedStore feeds, TimeProvider time, CancellationToken cancel)
    {
        if (!PostId.TryParse(id, null, out var known) || await posts.RestoreAsync(known, user.Id, time.GetUtcNow() - UndoTime, cancel) is null)
        {
            return Results.NotFound();
        }
        cards.Forget(known);
        await feeds.PushOwnAsync(known, user.Id); // As if just made: its deletion took it out.
        return Pages.Done(http, said.Text("returnUrl"), $"/@{user.Username}/{known}");
    }

    private static async Task<PostView?> OwnAsync(PostViews views, string id, CurrentUser user, CancellationToken cancel) =>
        PostId.TryParse(id, null, out var known) && (await views.GetAsync([known], user.Id, cancel)).FirstOrDefault() is { IsOwn: true, Photos.Count: > 0 } post
            ? post
            : null;
}
