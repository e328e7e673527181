using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Interactions;

/// <summary>A post on its own page, with its comments; and who likes it.</summary>
internal sealed class PhotoPages(VisibleCards visible, CardStore cards, PostViews views, Threads threads, LikeTable likes, ProfileTable profiles, People people, Pages pages)
{
    private const int MoreOfAuthor = 6;

    /// <summary>Of those the viewer follows, how many are looked for among the likers: "Liked by anna and 12 others".</summary>
    private const int FriendsLookedFor = 500;

    /// <param name="comment">A comment to be shown; null for the first page of them.</param>
    public async Task<IResult> ShowAsync(HttpContext http, Card card, PostId? comment, PostId? replyTo, string draft, FormErrors errors)
    {
        var cancel = http.RequestAborted;
        var viewer = http.User()?.Id;
        var seen = await visible.RelationsOfAsync(viewer, cancel);
        var post = (await views.OfAsync([card], viewer, cancel))[0];
        var answered = replyTo is { } reply && await visible.FindAsync(reply, viewer, cancel) is { Root: { } root } found && root.Id == card.Id ? found : null;
        var isFragment = http.Request.Headers.ContainsKey("X-Fragment");
        return await pages.ShowAsync<PhotoPage>(http, new PhotoPageView(
            post with { LikedBy = await FriendWhoLikesAsync(card.Id, seen, cancel) }, seen.Toward(card.Author.Id),
            await threads.PageAsync(card, await TopAsync(comment, card, cancel), viewer, cancel),
            answered is null ? null : await threads.ViewAsync(answered, viewer, cancel), draft, errors,
            isFragment ? [] : await MoreAsync(card, viewer, cancel)), errors.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    /// <summary>A reply is found on the page of the comment it stands under.</summary>
    private async Task<PostId?> TopAsync(PostId? comment, Card card, CancellationToken cancel) =>
        comment is { } id && await cards.FindAsync(id, cancel) is { Post: { InReplyToId: { } parent, RootId: { } root } } && root == card.Id
            ? parent == root ? id : parent
            : null;

    private async Task<PersonView?> FriendWhoLikesAsync(PostId post, Relations? seen, CancellationToken cancel)
    {
        if (seen is null || !(await likes.FirstAmongAsync([post], [.. seen.Following.Take(FriendsLookedFor)], cancel)).TryGetValue(post, out var friend))
        {
            return null;
        }
        return await people.FindAsync(friend, cancel) is { IsVisible: true } person ? person.View : null;
    }

    private async Task<IReadOnlyList<TileView>> MoreAsync(Card card, AccountId? viewer, CancellationToken cancel)
    {
        var newest = await profiles.PostsAsync(card.Author.Id, GridOf.Public, IdRange.Newest(MoreOfAuthor + 1), cancel);
        return views.TilesOf([.. (await visible.GetAsync(newest.Items, viewer, cancel)).Where(other => other.Id != card.Id).Take(MoreOfAuthor)]);
    }
}

internal static class PhotoRoutes
{
    public static void MapPhotoPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/@{username}/{id:long:min(1)}", ShowAsync).KeptForStrangers();
        routes.MapGet("/@{username}/{id:long:min(1)}/likes", LikesAsync).KeptForStrangers();
    }

    private static async Task<IResult> ShowAsync(string username, PostId id, HttpContext http, VisibleCards visible, PhotoPages pages)
    {
        if (await FindAsync(username, id, http, visible) is not { } card)
        {
            return Results.NotFound();
        }
        return card.Root is null
            ? await pages.ShowAsync(http, card, Id(http, "comment"), Id(http, "reply"), "", FormErrors.None)
            : Results.LocalRedirect(card.Path);
    }

    private static async Task<IResult> LikesAsync(
        string username, PostId id, HttpContext http, VisibleCards visible, LikeTable likes, People people, Pages pages)
    {
        var viewer = http.User()?.Id;
        if (await FindAsync(username, id, http, visible) is not { } card)
        {
            return Results.NotFound();
        }
        var page = await likes.OfPostAsync(id, Paging.Of(http, standard: 50, most: 50).Range, http.RequestAborted);
        var seen = await visible.RelationsOfAsync(viewer, http.RequestAborted);
        var known = await people.GetAsync(page.Items.Select(like => like.AccountId), http.RequestAborted);
        var rows = page.Items.Where(like => known.ContainsKey(like.AccountId)).Select(like => known[like.AccountId]).Where(person => Audience.MaySee(person, seen))
            .Select(person => new PersonRowView(person.View, seen.Toward(person.Id), false, null));
        return await pages.ShowAsync<PeopleListPage>(http, new PeopleListView(
            PeopleList.Likes, null, card.Path, new Page<PersonRowView>([.. rows], page.More ? $"{card.Path}/likes?max_id={page.Items[^1].Version}" : null)));
    }

    /// <summary>The post at this address; the name in it is the author's.</summary>
    private static async Task<Card?> FindAsync(string username, PostId id, HttpContext http, VisibleCards visible) =>
        await visible.FindAsync(id, http.User()?.Id, http.RequestAborted) is { } card
            && card.Author.Username.Equals(username, StringComparison.OrdinalIgnoreCase) ? card : null;

    private static PostId? Id(HttpContext http, string name) => PostId.TryParse(http.Request.Query[name], null, out var id) ? id : null;
}
