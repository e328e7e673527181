using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Search;

namespace Tintype.Friends;

/// <summary>What is public: its timelines, its tags, what is liked of late, and whom to follow.</summary>
internal static class DiscoverApi
{
    private sealed record SuggestionEntity(string Source, IReadOnlyList<string> Sources, AccountEntity Account);

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapTimeline(routes, "/api/v1/timelines/public", (directory, _, page, cancel) => directory.PostsAsync(page, cancel));
        MapTimeline(routes, "/api/v1/timelines/tag/{tag}", (directory, http, page, cancel) =>
            directory.PostsOfTagAsync(CaptionText.Tag((string)http.Request.RouteValues["tag"]!), page, cancel));
        routes.MapGet("/api/v1/tags/{tag}", (string tag, Settings settings) => ApiJson.Ok(TagSummaryEntity.Of(CaptionText.Tag(tag), settings)))
            .KeptForEverybody();
        routes.MapGet("/api/v1/trends/tags", async (HttpContext http, Explore explore, Settings settings, CancellationToken cancel) =>
            ApiJson.Ok((await explore.TagsAsync(Paging.Of(http, 10, 20).Limit, cancel)).Select(tag => TagSummaryEntity.Of(tag.Name, settings)).ToList()))
            .KeptForStrangers();
        routes.MapGet("/api/v1/trends/statuses", TrendsAsync).AllowStrangers("read:statuses").KeptForStrangers();
        routes.MapGet("/api/v1/suggestions", async (HttpContext http, CurrentUser user, Suggestions suggestions, Statuses statuses, CancellationToken cancel) =>
            ApiJson.Ok(await statuses.AccountsAsync([.. (await suggestions.GetAsync(user.Id, Paging.Of(http, 40).Limit, cancel)).Select(one => one.Person)], cancel)))
            .RequireUser("read:accounts");
        routes.MapGet("/api/v2/suggestions", SuggestionsAsync).RequireUser("read:accounts");
    }

    private static void MapTimeline(
        IEndpointRouteBuilder routes, string path, Func<DirectoryTable, HttpContext, IdRange, CancellationToken, Task<RowPage<PostId>>> read) =>
        routes.MapGet(path, async (HttpContext http, CurrentUser? user, DirectoryTable directory, Statuses statuses, RelationCache relations, Settings settings, CancellationToken cancel) =>
        {
            var page = await read(directory, http, Paging.Of(http).Range, cancel);
            if (page.Items.Count > 0)
            {
                Paging.Link(http, settings.PublicUrl, page.Items[0].Value, page.Items[^1].Value, page.More);
            }
            return ApiJson.Ok(await WantedStatuses.GetAsync(page.Items, user, statuses, relations, cancel));
        }).AllowStrangers("read:statuses").KeptForStrangers();

    private static async Task<IResult> TrendsAsync(
        HttpContext http, CurrentUser? user, Explore explore, Statuses statuses, RelationCache relations, CancellationToken cancel)
    {
        var paging = Paging.Of(http);
        return ApiJson.Ok(await WantedStatuses.GetAsync(await explore.IdsAsync(paging.Limit, paging.Offset, cancel), user, statuses, relations, cancel));
    }

    private static async Task<IResult> SuggestionsAsync(HttpContext http, CurrentUser user, Suggestions suggestions, Statuses statuses, CancellationToken cancel)
    {
        var found = (await suggestions.GetAsync(user.Id, Paging.Of(http, 40).Limit, cancel)).ToDictionary(one => one.Person);
        return ApiJson.Ok((await statuses.AccountsAsync([.. found.Keys], cancel)).Select(account => found[account.Id].Through.Count > 0
            ? new SuggestionEntity("past_interactions", ["friends_of_friends"], account)
            : new SuggestionEntity("global", ["most_followed"], account)).ToList());
    }
}
