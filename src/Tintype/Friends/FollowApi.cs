using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>Follow, block, mute over the client API. Each is safe to repeat and answers what the two are to each other now.</summary>
internal static class FollowApi
{
    // Clients ask for the people on one screen.
    private const int MostAsked = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/relationships", RelationshipsAsync).RequireUser("read:follows");
        routes.MapPost("/api/v1/accounts/{id}/follow", FollowAsync).RequireUser("write:follows");
        MapAct(routes, "/api/v1/accounts/{id}/unfollow", "write:follows", (deeds, me, id, cancel) => deeds.UnfollowAsync(me, id, cancel));
        MapAct(routes, "/api/v1/accounts/{id}/remove_from_followers", "write:follows", (deeds, me, id, cancel) => deeds.RemoveFollowerAsync(me, id, cancel));
        MapAct(routes, "/api/v1/accounts/{id}/block", "write:blocks", (deeds, me, id, cancel) => deeds.BlockAsync(me, id, true, cancel));
        MapAct(routes, "/api/v1/accounts/{id}/unblock", "write:blocks", (deeds, me, id, cancel) => deeds.BlockAsync(me, id, false, cancel));
        MapAct(routes, "/api/v1/accounts/{id}/mute", "write:mutes", (deeds, me, id, cancel) => deeds.MuteAsync(me, id, true, cancel));
        MapAct(routes, "/api/v1/accounts/{id}/unmute", "write:mutes", (deeds, me, id, cancel) => deeds.MuteAsync(me, id, false, cancel));
        routes.MapPost("/api/v1/follow_requests/{id}/authorize", (AccountId id, CurrentUser user, Relationships deeds, RelationshipEntities entities, CancellationToken cancel) =>
            AnswerAsync(id, user, true, deeds, entities, cancel)).RequireUser("write:follows");
        routes.MapPost("/api/v1/follow_requests/{id}/reject", (AccountId id, CurrentUser user, Relationships deeds, RelationshipEntities entities, CancellationToken cancel) =>
            AnswerAsync(id, user, false, deeds, entities, cancel)).RequireUser("write:follows");
    }

    /// <summary>Why a follow was refused, in words for people; null when it was not.</summary>
    public static string? Refusal(FollowAnswer answer) => answer switch
    {
        FollowAnswer.Blocked => "You have blocked this person: unblock them first",
        FollowAnswer.TooMany => $"You follow {FollowTable.MaxFollowing} people already, and that is the limit",
        _ => null,
    };

    private static async Task<IResult> RelationshipsAsync(CurrentUser user, Parameters parameters, RelationshipEntities entities, CancellationToken cancel)
    {
        var ids = parameters.List("id").Select(text => AccountId.TryParse(text, null, out var id) ? id : default).Where(id => id.Value > 0).Distinct().Take(MostAsked);
        return ApiJson.Ok(await entities.GetAsync(user.Id, [.. ids], cancel));
    }

    private static async Task<IResult> FollowAsync(AccountId id, CurrentUser user, Relationships deeds, RelationshipEntities entities, CancellationToken cancel)
    {
        if (id == user.Id)
        {
            return ApiError.Unprocessable("You cannot follow yourself");
        }
        return await deeds.FollowAsync(user.Id, id, cancel) switch
        {
            null => ApiError.NotFound(),
            { } answer when Refusal(answer) is { } refusal => ApiError.Unprocessable(refusal),
            _ => ApiJson.Ok(await entities.FindAsync(user.Id, id, cancel)),
        };
    }

    private static async Task<IResult> AnswerAsync(
        AccountId id, CurrentUser user, bool accept, Relationships deeds, RelationshipEntities entities, CancellationToken cancel) =>
        await deeds.AnswerAsync(user.Id, id, accept, cancel) ? ApiJson.Ok(await entities.FindAsync(user.Id, id, cancel)) : ApiError.NotFound();

    private static void MapAct(
        IEndpointRouteBuilder routes, string path, string scope, Func<Relationships, AccountId, AccountId, CancellationToken, Task> act) =>
        routes.MapPost(path, async (AccountId id, CurrentUser user, Relationships deeds, RelationshipEntities entities, People people, CancellationToken cancel) =>
        {
            if (id == user.Id)
            {
                return ApiError.Unprocessable("That is you");
            }
            if (await people.FindAsync(id, cancel) is not { IsVisible: true })
            {
                return ApiError.NotFound();
            }
            await act(deeds, user.Id, id, cancel);
            return ApiJson.Ok(await entities.FindAsync(user.Id, id, cancel));
        }).RequireUser(scope);
}
