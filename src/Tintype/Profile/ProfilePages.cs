using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Profile;

/// <summary>/@username: who it is, the numbers, the grid.</summary>
internal static class ProfilePages
{
    private const int TilesOfAPage = 30;
    private const int FollowedByNamed = 3;

    public static void MapProfilePages(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/@{username}", ShowAsync).KeptForStrangers();

    private static async Task<IResult> ShowAsync(
        string username, HttpContext http, People people, VisibleCards visible, Grids grids, Acquaintances acquaintances, CountCache counts, FollowTable follows,
        PostViews views, Pages pages)
    {
        var cancel = http.RequestAborted;
        var viewer = http.User()?.Id;
        var seen = await visible.RelationsOfAsync(viewer, cancel);
        // Whom I blocked I may still look up, to unblock; who blocked me is not there.
        if (await people.FindAsync(username, cancel) is not { IsVisible: true } person || seen?.IsBlockedBy(person.Id) == true)
        {
            return Results.NotFound();
        }
        http.KeepIfPublic(person);
        var own = viewer == person.Id;
        if (own)
        {
            await counts.ForgetAsync(person.Id);
        }
        var numbers = await counts.FindAsync(person.Id, cancel);
        var access = seen?.Blocks(person.Id) == true ? ProfileAccess.BlockedByMe : Audience.MaySeePhotosOf(person, seen) ? ProfileAccess.Open : ProfileAccess.Private;
        var (ids, cards) = await grids.PageAsync(person, seen, Paging.Of(http, TilesOfAPage, TilesOfAPage).Range, unready: true, cancel);
        var followers = access == ProfileAccess.BlockedByMe ? [] : await acquaintances.OfAsync(person.Id, seen, FollowedByNamed, cancel);
        var followsMe = viewer is { } me && !own && await follows.FindAsync(person.Id, me, cancel) is { State: Storage.Model.FollowState.Active };
        return await pages.ShowAsync<ProfilePage>(http, new ProfileView(
            person.View, CaptionHtml.Of(person.Bio, []), WebsiteOf(person), person.CreatedAt, seen.Toward(person.Id), followsMe,
            seen?.Mutes(person.Id) == true, access, numbers.Posts, numbers.Followers, numbers.Following, [.. followers.Select(follower => follower.View)],
            own ? (int)numbers.Requests : 0,
            new Page<TileView>(views.TilesOf(cards), ids.More ? $"{person.View.Url}?max_id={ids.Items[^1]}" : null)));
    }

    /// <summary>Never javascript: or another scheme that a browser would run.</summary>
    private static string? WebsiteOf(Person person) =>
        Uri.TryCreate(person.Website, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url.ToString() : null;
}
