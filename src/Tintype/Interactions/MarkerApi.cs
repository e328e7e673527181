using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>How far a person has read, for apps to go on where another app stopped.</summary>
internal sealed record MarkerEntity(string LastReadId, long Version, DateTimeOffset UpdatedAt);

internal static class MarkerApi
{
    private static readonly string[] Names = [MarkerTable.Home, MarkerTable.Notifications];

    public static void MapMarkerApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/markers", async (CurrentUser user, HttpContext http, Parameters parameters, MarkerTable table) =>
            ApiJson.Ok((await table.OfAsync(user.Id, http.RequestAborted)).Where(marker => parameters.List("timeline").Contains(marker.Name))
                .ToDictionary(marker => marker.Name, Of))).RequireUser("read:statuses");
        routes.MapPost("/api/v1/markers", MoveAsync).RequireUser("write:statuses");
    }

    private static async Task<IResult> MoveAsync(CurrentUser user, HttpContext http, Parameters parameters, MarkerTable table, Activity activity)
    {
        var moved = new Dictionary<string, MarkerEntity>();
        foreach (var name in Names)
        {
            if (parameters.Text($"{name}[last_read_id]") is { } text && PostId.TryParse(text, null, out var id))
            {
                moved[name] = Of(await table.MoveAsync(user.Id, name, id.Value, http.RequestAborted));
            }
        }
        await activity.ForgetUnreadAsync(user.Id);
        return ApiJson.Ok(moved);
    }

    private static MarkerEntity Of(Marker marker) =>
        new(marker.LastReadId.ToString(System.Globalization.CultureInfo.InvariantCulture), marker.Version, marker.UpdatedAt);
}
