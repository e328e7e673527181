using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>Answer of /api/v2/search; all three lists always.</summary>
internal sealed record SearchEntity(IReadOnlyList<AccountEntity> Accounts, IReadOnlyList<StatusEntity> Statuses, IReadOnlyList<TagSummaryEntity> Hashtags);

/// <summary>A tag by itself.</summary>
internal sealed record TagSummaryEntity(string Id, string Name, string Url, bool Following, IReadOnlyList<object> History)
{
    public static TagSummaryEntity Of(string name, Settings settings) => new(name, name, $"{settings.PublicUrl}/tags/{Uri.EscapeDataString(name)}", false, []);
}

/// <summary>Search over the client API.</summary>
internal static class SearchApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v2/search", SearchAsync).AllowStrangers("read:search").KeptForStrangers();
        routes.MapGet("/api/v1/accounts/search", AccountsAsync).RequireUser("read:accounts");
    }

    private static async Task<IResult> SearchAsync(
        HttpContext http, Parameters parameters, CurrentUser? user, DirectorySearch search, Statuses statuses, RelationCache relations, Settings settings, CancellationToken cancel)
    {
        var query = parameters.Text("q")?.Trim() ?? "";
        var type = parameters.Text("type");
        var paging = Paging.Of(http);
        // Only one kind can be paged by offset; without a type the first page of each is meant.
        var offset = type is null ? 0 : paging.Offset;
        var onlyPeople = query.StartsWith('@');
        return ApiJson.Ok(new SearchEntity(
            type is null or "accounts" && !query.StartsWith('#')
                ? await PeopleAsync(query, parameters.Flag("following"), user, offset, paging.Limit, search, statuses, relations, cancel) : [],
            type is null or "statuses" && !onlyPeople
                ? await PhotosAsync(query, user, paging, offset, search, statuses, relations, settings, cancel) : [],
            type is null or "hashtags" && !onlyPeople
                ? [.. (await search.TagsAsync(query, cancel)).Skip(offset).Take(paging.Limit).Select(hit => TagSummaryEntity.Of(hit.Tag, settings))] : []));
    }

    private static async Task<IResult> AccountsAsync(
        HttpContext http, Parameters parameters, CurrentUser user, DirectorySearch search, Statuses statuses, RelationCache relations, CancellationToken cancel)
    {
        var paging = Paging.Of(http, standard: 40, most: 80);
        return ApiJson.Ok(await PeopleAsync(
            parameters.Text("q") ?? "", parameters.Flag("following"), user, paging.Offset, paging.Limit, search, statuses, relations, cancel));
    }

    private static async Task<IReadOnlyList<AccountEntity>> PeopleAsync(
        string query, bool onlyFollowed, CurrentUser? user, int offset, int limit, DirectorySearch search, Statuses statuses, RelationCache relations, CancellationToken cancel)
    {
        var seen = user is null ? null : await relations.GetAsync(user.Id, cancel);
        var found = (await search.PeopleAsync(query, cancel))
            .Where(id => seen is null || !seen.BlockedEitherWay(id) && (!onlyFollowed || seen.Follows(id)));
        return await statuses.AccountsAsync([.. found.Skip(offset).Take(limit)], cancel);
    }

    private static async Task<IReadOnlyList<StatusEntity>> PhotosAsync(
        string query, CurrentUser? user, Paging paging, int offset, DirectorySearch search, Statuses statuses, RelationCache relations, Settings settings, CancellationToken cancel)
    {
        // The address of a photo, pasted: the photo.
        var home = $"{settings.PublicUrl}/@";
        if (query.StartsWith(home, StringComparison.OrdinalIgnoreCase))
        {
            return query[home.Length..].Split('/', '?') is [_, var last, ..] && PostId.TryParse(last, null, out var id) ? await statuses.GetAsync([id], user?.Id, cancel) : [];
        }
        var page = await search.PhotosAsync(query, paging.Range with { Limit = Math.Min(offset + paging.Limit, 400) }, cancel);
        return await WantedStatuses.GetAsync([.. page.Items.Skip(offset).Take(paging.Limit)], user, statuses, relations, cancel);
    }
}

/// <summary>Statuses that nobody sent the viewer: without those of people they mute.</summary>
internal static class WantedStatuses
{
    public static async Task<IReadOnlyList<StatusEntity>> GetAsync(
        IReadOnlyList<PostId> ids, CurrentUser? user, Statuses statuses, RelationCache relations, CancellationToken cancel)
    {
        var found = await statuses.GetAsync(ids, user?.Id, cancel);
        if (user is null)
        {
            return found;
        }
        var seen = await relations.GetAsync(user.Id, cancel);
        return [.. found.Where(status => !seen.Mutes(status.Account.Id))];
    }
}
