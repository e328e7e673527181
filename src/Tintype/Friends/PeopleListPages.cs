using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Friends;

/// <summary>Pages that list people: followers, following, requests, blocked, muted.</summary>
internal static class PeopleListPages
{
    private const int PerPage = 40;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/@{username}/followers", (string username, Lists lists, PeopleLists people, HttpContext http, CurrentUser? user, CancellationToken cancel) =>
            lists.OfPersonAsync(http, username, PeopleList.Followers, (person, page) => people.FollowersAsync(person, user?.Id, page, cancel))).KeptForStrangers();
        routes.MapGet("/@{username}/following", (string username, Lists lists, PeopleLists people, HttpContext http, CurrentUser? user, CancellationToken cancel) =>
            lists.OfPersonAsync(http, username, PeopleList.Following, (person, page) => people.FollowingAsync(person, user?.Id, page, cancel))).KeptForStrangers();
        routes.MapGet("/requests", (Lists lists, PeopleLists people, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            lists.OwnAsync(http, PeopleList.Requests, "/activity", page => people.RequestsAsync(user.Id, page, cancel))).RequireSession();
        routes.MapGet("/settings/blocked", (Lists lists, BlockTable blocks, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            lists.OwnAsync(http, PeopleList.Blocked, "/settings/privacy", page => blocks.OfAsync(user.Id, page, cancel))).RequireSession();
        routes.MapGet("/settings/muted", (Lists lists, MuteTable mutes, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            lists.OwnAsync(http, PeopleList.Muted, "/settings/privacy", page => mutes.OfAsync(user.Id, page, cancel))).RequireSession();
    }

    /// <summary>Turns a page of ids into a page of rows.</summary>
    internal sealed class Lists(People people, RelationCache relations, PersonRows rows, Pages pages)
    {
        public async Task<IResult> OfPersonAsync(HttpContext http, string username, PeopleList kind, Func<Person, IdRange, Task<RowPage<AccountId>>> read)
        {
            var viewer = http.User()?.Id;
            var seen = viewer is { } id ? await relations.GetAsync(id, http.RequestAborted) : null;
            if (await people.FindAsync(username, http.RequestAborted) is not { } person || !Audience.MaySee(person, seen))
            {
                return Results.NotFound();
            }
            http.KeepIfPublic(person);
            return await ShowAsync(http, kind, person.View, person.View.Url, page => read(person, page));
        }

        public Task<IResult> OwnAsync(HttpContext http, PeopleList kind, string backUrl, Func<IdRange, Task<RowPage<AccountId>>> read) =>
            ShowAsync(http, kind, null, backUrl, read);

        private async Task<IResult> ShowAsync(HttpContext http, PeopleList kind, PersonView? of, string backUrl, Func<IdRange, Task<RowPage<AccountId>>> read)
        {
            var page = await read(Paging.Of(http, PerPage).Range);
            var found = await rows.GetAsync(page.Items, http.User()?.Id, blockedToo: kind is PeopleList.Blocked or PeopleList.Muted, cancel: http.RequestAborted);
            return await pages.ShowAsync<PeopleListPage>(http, new PeopleListView(
                kind, of, backUrl, new(found, page.More ? $"{http.Request.Path}?max_id={page.Items[^1]}" : null)));
        }
    }
}
