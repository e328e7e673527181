using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Views;

namespace Tintype.Interactions;

/// <summary>The forms under a photo: like, bookmark, comment.</summary>
internal static class InteractionForms
{
    public static void MapInteractionForms(this IEndpointRouteBuilder routes)
    {
        var post = routes.MapGroup("/posts/{id:long:min(1)}").RequireSession();
        post.MapPost("/like", (PostId id, CurrentUser user, HttpContext http, Parameters form, Likes likes) => LikeAsync(id, true, user, http, form, likes));
        post.MapPost("/unlike", (PostId id, CurrentUser user, HttpContext http, Parameters form, Likes likes) => LikeAsync(id, false, user, http, form, likes));
        post.MapPost("/bookmark", (PostId id, CurrentUser user, HttpContext http, Parameters form, VisibleCards visible, BookmarkTable table) =>
            BookmarkAsync(id, true, table.AddAsync, user, http, form, visible));
        post.MapPost("/unbookmark", (PostId id, CurrentUser user, HttpContext http, Parameters form, VisibleCards visible, BookmarkTable table) =>
            BookmarkAsync(id, false, table.RemoveAsync, user, http, form, visible));
        post.MapPost("/comments", CommentAsync);
    }

    private static async Task<IResult> LikeAsync(PostId id, bool liked, CurrentUser user, HttpContext http, Parameters form, Likes likes) =>
        await likes.SetAsync(user.Id, id, liked, http.RequestAborted) is { } card
            ? Pages.Done(http, form.Text("returnUrl"), card.Path, new { liked, likes = card.Post.Likes })
            : Results.NotFound();

    private static async Task<IResult> BookmarkAsync(
        PostId id, bool bookmarked, Func<AccountId, PostId, CancellationToken, Task> write, CurrentUser user, HttpContext http, Parameters form, VisibleCards visible)
    {
        if (await visible.FindAsync(id, user.Id, http.RequestAborted) is not { } card)
        {
            return Results.NotFound();
        }
        await write(user.Id, id, http.RequestAborted);
        return Pages.Done(http, form.Text("returnUrl"), card.Path, new { bookmarked });
    }

    private static async Task<IResult> CommentAsync(
        PostId id, CurrentUser user, HttpContext http, Parameters form, Comments comments, VisibleCards visible, PhotoPages pages)
    {
        var text = form.Text("text") ?? "";
        PostId? replyTo = PostId.TryParse(form.Text("replyTo"), null, out var comment) ? comment : null;
        var outcome = await comments.AddAsync(new Post { AccountId = user.Id, Caption = text, InReplyToId = replyTo ?? id }, form.Text("key"), http.RequestAborted);
        switch (outcome)
        {
            case Commented.Written written when http.WantsJson():
                return Pages.Json(new { id = written.Id, url = PathOf(written) });
            case Commented.Written written:
                // Not to the form's returnUrl: the address of the comment brings the page of comments it is on.
                return Pages.Done(http, null, PathOf(written));
            case Commented.Refused refused when http.WantsJson():
                return Pages.Json(new { error = refused.Reason }, StatusCodes.Status422UnprocessableEntity);
            case Commented.Refused refused when await visible.FindAsync(id, user.Id, http.RequestAborted) is { } card:
                return await pages.ShowAsync(http, card, null, replyTo, text, FormErrors.Of("text", refused.Reason));
            default:
                return Results.NotFound();
        }
    }

    private static string PathOf(Commented.Written written) => $"{written.Root.Path}?comment={written.Id}#c{written.Id}";
}
