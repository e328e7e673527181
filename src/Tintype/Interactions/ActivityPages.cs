using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Interactions;

/// <summary>/activity and /bookmarks.</summary>
internal static class ActivityPages
{
    private const int LinesOfAPage = 40;
    private const int TilesOfAPage = 30;

    private static readonly NotificationKind[] AllKinds = Enum.GetValues<NotificationKind>();

    public static void MapActivityPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/activity", ShowAsync).RequireSession();
        routes.MapPost("/activity/read", ReadAsync).RequireSession();
        routes.MapGet("/activity/unread", async (CurrentUser user, HttpContext http, Activity activity) =>
            Pages.Json(new { count = await activity.UnreadAsync(user.Id, http.RequestAborted) })).RequireSession();
        routes.MapGet("/bookmarks", BookmarksAsync).RequireSession();
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser user, HttpContext http, NotificationTable table, MarkerTable markers, ActivityLines lines, CountCache counts, Explore explore, Pages pages)
    {
        var paging = Paging.Of(http, LinesOfAPage, LinesOfAPage);
        var page = await table.OfAsync(user.Id, AllKinds, paging.Range, http.RequestAborted);
        var marker = (await markers.OfAsync(user.Id, http.RequestAborted)).FirstOrDefault(marker => marker.Name == MarkerTable.Notifications);
        var items = await lines.ViewsAsync(page.Items, marker?.LastReadId ?? 0, user.Id, http.RequestAborted);
        var requests = (await counts.FindAsync(user.Id, http.RequestAborted)).Requests;
        return await pages.ShowAsync<ActivityPage>(http, new ActivityView(
            new Page<ActivityItemView>(items, page.More ? $"/activity?max_id={page.Items[^1].Id}" : null), (int)requests,
            paging.MaxId == 0 ? await explore.SideAsync(user.Id, http.RequestAborted) : SideView.Empty));
    }

    private static async Task<IResult> ReadAsync(CurrentUser user, HttpContext http, Parameters form, MarkerTable markers, Activity activity)
    {
        if (NotificationId.TryParse(form.Text("maxId"), null, out var id))
        {
            await markers.MoveAsync(user.Id, MarkerTable.Notifications, id.Value, http.RequestAborted);
            await activity.ForgetUnreadAsync(user.Id);
        }
        return Pages.Done(http, form.Text("returnUrl"), "/activity");
    }

    private static async Task<IResult> BookmarksAsync(
        CurrentUser user, HttpContext http, BookmarkTable bookmarks, VisibleCards visible, PostViews views, Pages pages)
    {
        var page = await bookmarks.OfAsync(user.Id, Paging.Of(http, TilesOfAPage, TilesOfAPage).Range, http.RequestAborted);
        var cards = await visible.GetAsync([.. page.Items.Select(bookmark => bookmark.PostId)], user.Id, http.RequestAborted);
        return await pages.ShowAsync<BookmarksPage>(http, new BookmarksView(
            new Page<TileView>(views.TilesOf(cards), page.More ? $"/bookmarks?max_id={page.Items[^1].Position}" : null)));
    }
}
