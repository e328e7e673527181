using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Search;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Friends;

/// <summary>The search page, and what stands under its box while somebody types.</summary>
internal static class SearchPages
{
    // On the tab "all" each kind shows its best few; on its own tab, as many as one looks through.
    private const int Few = 5;
    private const int Many = 50;
    private const int Photos = 24;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/search", SearchAsync).KeptForStrangers();
        routes.MapGet("/search/suggest", SuggestAsync).KeptForStrangers();
    }

    private static async Task<IResult> SearchAsync(
        HttpContext http, CurrentUser? user, DirectorySearch search, Explore explore, Suggestions suggestions, PersonRows rows, Pages pages, CancellationToken cancel)
    {
        var query = Trimmed(http.Request.Query["q"]);
        var tab = Enum.TryParse<SearchTab>(http.Request.Query["tab"], ignoreCase: true, out var asked) && Enum.IsDefined(asked) ? asked : SearchTab.All;
        if (query.Length == 0)
        {
            return await pages.ShowAsync<SearchPage>(http, new SearchView(
                "", tab, await suggestions.RowsAsync(user?.Id, Few, cancel), await explore.TagsAsync(Few * 2, cancel), [], new([], null)));
        }
        var paging = Paging.Of(http, Photos);
        // Further pages are of photos alone: scripts append them to the grid.
        var firstPage = paging.MaxId == 0;
        return await pages.ShowAsync<SearchPage>(http, new SearchView(
            query, tab,
            firstPage && Room(tab, SearchTab.People) is > 0 and var people ? await PeopleAsync(query, people, user, search, rows, cancel) : [],
            firstPage && Room(tab, SearchTab.Tags) is > 0 and var tags && !query.StartsWith('@') ? [.. (await search.TagsAsync(query, cancel)).Take(tags).Select(hit => new TagView(hit.Tag, hit.Posts))] : [],
            firstPage && Room(tab, SearchTab.Places) is > 0 and var places ? [.. (await search.PlacesAsync(query, cancel)).Take(places).Select(ViewOf)] : [],
            Room(tab, SearchTab.Photos) > 0 ? await PhotosAsync(query, tab, user, paging, search, explore, cancel) : new([], null)));
    }

    /// <summary>The same for everybody, whoever asks: the few best of each kind.</summary>
    private static async Task<IResult> SuggestAsync(HttpContext http, DirectorySearch search, People people, CancellationToken cancel)
    {
        var query = Trimmed(http.Request.Query["q"]);
        var found = (await search.PeopleAsync(query, cancel)).Take(4).ToList();
        var known = await people.GetAsync(found, cancel);
        var persons = found.Where(known.ContainsKey).Select(id => known[id]).Where(person => person.IsVisible)
            .Select(person => new SuggestionView($"@{person.Username}", person.View.DisplayName, person.View.Url, person.AvatarUrl));
        var tags = query.StartsWith('@') ? [] : (await search.TagsAsync(query, cancel)).Take(3).Select(hit => new SuggestionView($"#{hit.Tag}", Photo(hit.Posts), new TagView(hit.Tag, hit.Posts).Url, null));
        var places = (await search.PlacesAsync(query, cancel)).Take(2).Select(ViewOf).Select(place => new SuggestionView(Name(place.Place), Photo(place.Posts), place.Place.Url, null));
        return Pages.Json(query.StartsWith('#') ? tags.ToArray() : [.. persons, .. tags, .. places]);
    }

    private static async Task<IReadOnlyList<PersonRowView>> PeopleAsync(
        string query, int most, CurrentUser? user, DirectorySearch search, PersonRows rows, CancellationToken cancel) =>
        query.StartsWith('#') ? [] : [.. (await rows.GetAsync([.. (await search.PeopleAsync(query, cancel)).Take(most * 2)], user?.Id, cancel: cancel)).Take(most)];

    private static async Task<Page<TileView>> PhotosAsync(
        string query, SearchTab tab, CurrentUser? user, Paging paging, DirectorySearch search, Explore explore, CancellationToken cancel)
    {
        var page = await search.PhotosAsync(query, paging.Range, cancel);
        return new(
            await explore.TilesOfAsync(page.Items, user?.Id, cancel),
            page.More ? $"/search?q={Uri.EscapeDataString(query)}&tab={tab.ToString().ToLowerInvariant()}&max_id={page.Items[^1]}" : null);
    }

    private static int Room(SearchTab tab, SearchTab kind) => tab == SearchTab.All ? Few : tab == kind ? Many : 0;

    private static PlaceCountView ViewOf(PlaceHit hit) => new(new PlaceView(hit.Name, hit.Country), hit.Posts);

    private static string Name(PlaceView place) => place.Country is null ? place.Name : $"{place.Name}, {place.Country}";

    private static string Photo(long count) => count == 1 ? "1 photo" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} photos");

    private static string Trimmed(string? query) => query is null ? "" : query.Trim() is { Length: > DirectorySearch.MaxQuery } long_ ? long_[..DirectorySearch.MaxQuery] : query.Trim();
}
