using Tintype.Cards;
using Tintype.Http;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Feed;

/// <summary>The page in the reader's hands: the feed, and beside it whom to follow.</summary>
internal sealed class HomeViews(HomeFeed feed, PostViews views, Explore explore, HomeSheets sheets)
{
    private const int NextPages = 10;

    // On a first visit, while there is nobody's photo to show.
    private const int FirstVisit = 12;

    /// <summary>Put together from pieces where it is as it mostly is, else written whole: the same bytes.</summary>
    public async Task<IResult> ShowAsync(PageContext page, CurrentUser reader, Paging paging, CancellationToken cancel)
    {
        var found = await feed.PageAsync(reader, paging, FeedRules.Belongs, cancel);
        return HomeSheets.IsFor(page, found)
            ? await sheets.OfAsync(page, found, NextOf(found), reader.Id, cancel)
            : Pages.Show<HomePage>(page, await OfAsync(found, reader.Id, cancel));
    }

    /// <summary>The whole page, for the component.</summary>
    public async Task<HomeView> OfAsync(FeedPage found, AccountId reader, CancellationToken cancel)
    {
        var posts = await views.OfAsync(found.Cards, reader, cancel);
        return new HomeView(
            new(posts, NextOf(found)),
            posts.Count > 0 ? posts[0].Id : null,
            await explore.SideAsync(reader, cancel),
            posts.Count > 0 ? [] : (await explore.TilesAsync(reader, FirstVisit, 0, _ => "/explore", cancel)).Items);
    }

    private static string? NextOf(FeedPage found) => found.More ? $"/?max_id={found.Oldest}&limit={NextPages}" : null;
}
