using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>Favourites and bookmarks for apps. Setting what is set already answers the same as the first time.</summary>
internal static class LikeApi
{
    public static void MapLikeApi(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long:min(1)}");
        status.MapPost("/favourite", (PostId id, CurrentUser user, HttpContext http, Likes likes, Statuses statuses) =>
            LikeAsync(id, true, user, http, likes, statuses)).RequireUser("write:favourites");
        status.MapPost("/unfavourite", (PostId id, CurrentUser user, HttpContext http, Likes likes, Statuses statuses) =>
            LikeAsync(id, false, user, http, likes, statuses)).RequireUser("write:favourites");
        status.MapPost("/bookmark", (PostId id, CurrentUser user, HttpContext http, BookmarkTable bookmarks, Statuses statuses) =>
            BookmarkAsync(id, bookmarks.AddAsync, user, http, statuses)).RequireUser("write:bookmarks");
        status.MapPost("/unbookmark", (PostId id, CurrentUser user, HttpContext http, BookmarkTable bookmarks, Statuses statuses) =>
            BookmarkAsync(id, bookmarks.RemoveAsync, user, http, statuses)).RequireUser("write:bookmarks");
        status.MapGet("/favourited_by", FavouritedByAsync).AllowStrangers("read:accounts").KeptForStrangers();
        status.MapGet("/reblogged_by", async (PostId id, HttpContext http, VisibleCards visible) =>
            await visible.FindAsync(id, http.User()?.Id, http.RequestAborted) is null ? ApiError.NotFound() : ApiJson.Ok(Array.Empty<AccountEntity>()))
            .AllowStrangers("read:accounts").KeptForStrangers();
        routes.MapGet("/api/v1/favourites", async (CurrentUser user, HttpContext http, LikeTable likes, Statuses statuses, Settings settings) =>
        {
            var page = await likes.OfPersonAsync(user.Id, Paging.Of(http).Range, http.RequestAborted);
            return await ListAsync(page, like => (like.PostId, like.Version), user, http, statuses, settings);
        }).RequireUser("read:favourites");
        routes.MapGet("/api/v1/bookmarks", async (CurrentUser user, HttpContext http, BookmarkTable bookmarks, Statuses statuses, Settings settings) =>
        {
            var page = await bookmarks.OfAsync(user.Id, Paging.Of(http).Range, http.RequestAborted);
            return await ListAsync(page, bookmark => (bookmark.PostId, bookmark.Position), user, http, statuses, settings);
        }).RequireUser("read:bookmarks");
    }

    private static async Task<IResult> LikeAsync(PostId id, bool liked, CurrentUser user, HttpContext http, Likes likes, Statuses statuses) =>
        await likes.SetAsync(user.Id, id, liked, http.RequestAborted) is { } card
            ? ApiJson.Ok((await statuses.OfAsync([card], user.Id, http.RequestAborted))[0])
            : ApiError.NotFound();

    private static async Task<IResult> BookmarkAsync(
        PostId id, Func<AccountId, PostId, CancellationToken, Task> write, CurrentUser user, HttpContext http, Statuses statuses)
    {
        if (await statuses.FindAsync(id, user.Id, http.RequestAborted) is null)
        {
            return ApiError.NotFound();
        }
        await write(user.Id, id, http.RequestAborted);
        return await statuses.FindAsync(id, user.Id, http.RequestAborted) is { } status ? ApiJson.Ok(status) : ApiError.NotFound();
    }

    private static async Task<IResult> FavouritedByAsync(
        PostId id, HttpContext http, VisibleCards visible, LikeTable likes, Statuses statuses, Settings settings)
    {
        var viewer = http.User()?.Id;
        if (await visible.FindAsync(id, viewer, http.RequestAborted) is null)
        {
            return ApiError.NotFound();
        }
        var page = await likes.OfPostAsync(id, Paging.Of(http, standard: 40, most: 80).Range, http.RequestAborted);
        var seen = await visible.RelationsOfAsync(viewer, http.RequestAborted);
        Link(page, like => like.Version, http, settings);
        return ApiJson.Ok(await statuses.AccountsAsync(
            [.. page.Items.Select(like => like.AccountId).Where(person => seen is null || !seen.BlockedEitherWay(person))], http.RequestAborted));
    }

    private static async Task<IResult> ListAsync<T>(
        RowPage<T> page, Func<T, (PostId Post, long Position)> of, CurrentUser user, HttpContext http, Statuses statuses, Settings settings)
    {
        Link(page, row => of(row).Position, http, settings);
        return ApiJson.Ok(await statuses.GetAsync([.. page.Items.Select(row => of(row).Post)], user.Id, http.RequestAborted));
    }

    private static void Link<T>(RowPage<T> page, Func<T, long> position, HttpContext http, Settings settings)
    {
        if (page.Items.Count > 0)
        {
            Paging.Link(http, settings.PublicUrl, position(page.Items[0]), position(page.Items[^1]), page.More);
        }
    }
}
