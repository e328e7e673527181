using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Feed;

/// <summary>The front page: the feed of those who are signed in, the landing page for everybody else.</summary>
internal static class FeedPages
{
    // The first photos come fast, with little else; whoever scrolls gets more at a time.
    private const int FirstPage = 5;

    // The pill says "40+" at most: nobody reads on.
    private const int MostNew = 40;

    // As many as fill the landing page's rows.
    private const int Landing = 21;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (HttpContext http, CurrentUser? user, HomeViews home, Explore explore, Pages pages, Settings settings, CancellationToken cancel) =>
            user is null
                ? await pages.ShowAsync<LandingPage>(http, new LandingView((await explore.TilesAsync(null, Landing, 0, _ => "/explore", cancel)).Items, settings.Accounts.SignUpOpen))
                : await home.ShowAsync(await pages.OpenAsync(http), user, Paging.Of(http, FirstPage), cancel))
            .KeptForStrangers();
        routes.MapGet("/feed/new", CountNewAsync).RequireSession();
    }

    private static async Task<IResult> CountNewAsync(HttpContext http, CurrentUser user, HomeFeed feed, CancellationToken cancel)
    {
        var since = Paging.Of(http).SinceId;
        return Pages.Json(new { count = since == 0 ? 0 : await feed.CountNewAsync(user, new(since), MostNew, cancel) });
    }
}
