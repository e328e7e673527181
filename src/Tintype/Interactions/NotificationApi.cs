using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>A line of activity as the client API has it.</summary>
internal sealed record NotificationEntity(
    NotificationId Id, string Type, DateTimeOffset CreatedAt, string GroupKey, AccountEntity Account, StatusEntity? Status);

/// <summary>Notifications for apps. What the client API has no word for (comment, tag) is a mention.</summary>
internal static class NotificationApi
{
    public static void MapNotificationApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/notifications");
        api.MapGet("", ListAsync).RequireUser("read:notifications");
        api.MapGet("/unread_count", async (CurrentUser user, HttpContext http, Activity activity) =>
            ApiJson.Ok(new { count = await activity.UnreadAsync(user.Id, http.RequestAborted) })).RequireUser("read:notifications");
        api.MapGet("/{id:long:min(1)}", async (NotificationId id, CurrentUser user, HttpContext http, NotificationTable table, ActivityLines lines) =>
            await table.FindAsync(user.Id, id, http.RequestAborted) is { } found && await lines.EntitiesAsync([found], user.Id, http.RequestAborted) is [var entity]
                ? ApiJson.Ok(entity)
                : ApiError.NotFound()).RequireUser("read:notifications");
        api.MapPost("/clear", async (CurrentUser user, HttpContext http, NotificationTable table, Activity activity) =>
        {
            await table.ClearAsync(user.Id, http.RequestAborted);
            await activity.ForgetUnreadAsync(user.Id);
            return ApiJson.Empty();
        }).RequireUser("write:notifications");
        api.MapPost("/{id:long:min(1)}/dismiss", async (NotificationId id, CurrentUser user, HttpContext http, NotificationTable table, Activity activity) =>
        {
            await table.DismissAsync(user.Id, id, http.RequestAborted);
            await activity.ForgetUnreadAsync(user.Id);
            return ApiJson.Empty();
        }).RequireUser("write:notifications");
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user, HttpContext http, Parameters parameters, NotificationTable table, ActivityLines lines, Settings settings)
    {
        var types = parameters.List("types");
        var without = parameters.List("exclude_types");
        var kinds = Enum.GetValues<NotificationKind>()
            .Where(kind => (types.Count == 0 || types.Contains(ActivityLines.TypeOf(kind))) && !without.Contains(ActivityLines.TypeOf(kind))).ToList();
        var page = await table.OfAsync(user.Id, kinds, Paging.Of(http, standard: 40, most: 80).Range, http.RequestAborted);
        if (page.Items.Count > 0)
        {
            Paging.Link(http, settings.PublicUrl, page.Items[0].Id.Value, page.Items[^1].Id.Value, page.More);
        }
        return ApiJson.Ok(await lines.EntitiesAsync(page.Items, user.Id, http.RequestAborted));
    }
}
