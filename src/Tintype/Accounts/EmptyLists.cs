using Tintype.Http;
using Tintype.Http.Keeping;

namespace Tintype.Accounts;

/// <summary>Things of the client API that Tintype does not have: apps ask for them when they start and expect a list.</summary>
internal static class EmptyLists
{
    private static readonly string[] Public =
    [
        "/api/v1/custom_emojis", "/api/v1/trends/links", "/api/v1/instance/peers", "/api/v1/instance/activity", "/api/v1/instance/rules",
        "/api/v1/instance/domain_blocks", "/api/v1/accounts/{id}/featured_tags", "/api/v1/accounts/{id}/endorsements",
    ];

    private static readonly string[] Personal =
    [
        "/api/v1/filters", "/api/v2/filters", "/api/v1/lists", "/api/v1/accounts/{id}/lists", "/api/v1/announcements", "/api/v1/featured_tags", "/api/v1/endorsements",
        "/api/v1/conversations", "/api/v1/scheduled_statuses", "/api/v1/domain_blocks", "/api/v1/followed_tags",
    ];

    public static void MapEmptyLists(this IEndpointRouteBuilder routes)
    {
        foreach (var path in Public)
        {
            routes.MapGet(path, () => ApiJson.Ok(Array.Empty<object>())).KeptForEverybody();
        }
        foreach (var path in Personal)
        {
            routes.MapGet(path, () => ApiJson.Ok(Array.Empty<object>())).RequireUser("read");
        }
    }
}
