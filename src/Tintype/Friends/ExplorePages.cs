using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Search;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Friends;

/// <summary>Explore, and the pages of tags and places.</summary>
internal static class ExplorePages
{
    private const int PerPage = 24;
    private const int Faces = 12;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/explore", ExploreAsync).KeptForStrangers();
        routes.MapGet("/tags/{tag}", TagAsync).KeptForStrangers();
        routes.MapGet("/places/{name}", PlaceAsync).KeptForStrangers();
    }

    private static async Task<IResult> ExploreAsync(
        HttpContext http, CurrentUser? user, Explore explore, Suggestions suggestions, Pages pages, CancellationToken cancel)
    {
        var tiles = await explore.TilesAsync(user?.Id, PerPage, Paging.Of(http).Offset, next => $"/explore?offset={next}", cancel);
        return await pages.ShowAsync<ExplorePage>(http, new ExploreView(
            tiles, user is null ? [] : await suggestions.RowsAsync(user.Id, Faces, cancel), await explore.TagsAsync(cancel: cancel)));
    }

    private static async Task<IResult> TagAsync(
        string tag, HttpContext http, CurrentUser? user, DirectoryTable directory, Explore explore, Pages pages, CancellationToken cancel)
    {
        var name = CaptionText.Tag(tag);
        var page = await directory.PostsOfTagAsync(name, Paging.Of(http, PerPage).Range, cancel);
        var view = new TopicView($"#{name}", false, await directory.CountOfTagAsync(name, cancel), await TilesAsync(http, page, user, explore, cancel));
        return await pages.ShowAsync<TopicPage>(http, view);
    }

    /// <summary>By name ("Lofoten") or by key with country ("lofoten-norway").</summary>
    private static async Task<IResult> PlaceAsync(
        string name, HttpContext http, CurrentUser? user, DirectoryTable directory, Explore explore, Pages pages, CancellationToken cancel)
    {
        var key = CaptionText.PlaceKey(new Place(name));
        var places = await directory.PlacesAsync(key, cancel);
        var page = await directory.PostsOfPlaceAsync(key, Paging.Of(http, PerPage).Range, cancel);
        var title = places.Count == 0 ? name : places.Count == 1 && places[0].Country is { } country ? $"{places[0].Name}, {country}" : places[0].Name;
        return await pages.ShowAsync<TopicPage>(http, new TopicView(title, true, places.Sum(place => place.Posts), await TilesAsync(http, page, user, explore, cancel)));
    }

    private static async Task<Page<TileView>> TilesAsync(HttpContext http, RowPage<PostId> page, CurrentUser? user, Explore explore, CancellationToken cancel) => new(
        await explore.TilesOfAsync(page.Items, user?.Id, cancel),
        page.More ? $"{http.Request.Path.ToUriComponent()}?max_id={page.Items[^1]}" : null);
}
