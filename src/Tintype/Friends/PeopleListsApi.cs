using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>Lists of people over the client API: followers, following, requests, blocked, muted. Paged by Link.</summary>
internal static class PeopleListsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{id}/followers", (AccountId id, CurrentUser? user, HttpContext http, PeopleLists lists, Answers answers, CancellationToken cancel) =>
            answers.OfPersonAsync(http, id, user, (person, page) => lists.FollowersAsync(person, user?.Id, page, cancel))).AllowStrangers("read:accounts").KeptForStrangers();
        routes.MapGet("/api/v1/accounts/{id}/following", (AccountId id, CurrentUser? user, HttpContext http, PeopleLists lists, Answers answers, CancellationToken cancel) =>
            answers.OfPersonAsync(http, id, user, (person, page) => lists.FollowingAsync(person, user?.Id, page, cancel))).AllowStrangers("read:accounts").KeptForStrangers();
        routes.MapGet("/api/v1/follow_requests", (CurrentUser user, HttpContext http, PeopleLists lists, Answers answers, CancellationToken cancel) =>
            answers.AnswerAsync(http, page => lists.RequestsAsync(user.Id, page, cancel), null)).RequireUser("read:follows");
        routes.MapGet("/api/v1/blocks", (CurrentUser user, HttpContext http, BlockTable blocks, Answers answers, CancellationToken cancel) =>
            answers.AnswerAsync(http, page => blocks.OfAsync(user.Id, page, cancel), null)).RequireUser("read:blocks");
        routes.MapGet("/api/v1/mutes", (CurrentUser user, HttpContext http, MuteTable mutes, Answers answers, CancellationToken cancel) =>
            answers.AnswerAsync(http, page => mutes.OfAsync(user.Id, page, cancel), null)).RequireUser("read:mutes");
    }

    /// <summary>Turns a page of ids into accounts and a Link header.</summary>
    internal sealed class Answers(Statuses statuses, People people, RelationCache relations, Settings settings)
    {
        public async Task<IResult> OfPersonAsync(HttpContext http, AccountId id, CurrentUser? user, Func<Person, IdRange, Task<RowPage<AccountId>>> read)
        {
            var seen = user is null ? null : await relations.GetAsync(user.Id, http.RequestAborted);
            if (await people.FindAsync(id, http.RequestAborted) is not { } person || !Audience.MaySee(person, seen))
            {
                return ApiError.NotFound();
            }
            http.KeepIfPublic(person);
            return await AnswerAsync(http, page => read(person, page), seen);
        }

        /// <param name="seen">Hides those between whom and the viewer is a block; null hides nobody.</param>
        public async Task<IResult> AnswerAsync(HttpContext http, Func<IdRange, Task<RowPage<AccountId>>> read, Relations? seen)
        {
            var page = await read(Paging.Of(http, standard: 40, most: 80).Range);
            if (page.Items.Count > 0)
            {
                Paging.Link(http, settings.PublicUrl, page.Items[0].Value, page.Items[^1].Value, page.More);
            }
            return ApiJson.Ok(await statuses.AccountsAsync([.. page.Items.Where(id => seen is null || !seen.BlockedEitherWay(id))], http.RequestAborted));
        }
    }
}
