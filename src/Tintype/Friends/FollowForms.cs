using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Web;

namespace Tintype.Friends;

/// <summary>The buttons beside people: forms for everybody, answered in JSON for our scripts.</summary>
internal static class FollowForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/follow/{id}", FollowAsync).RequireSession();
        MapAct(routes, "/unfollow/{id}", (deeds, me, id, cancel) => deeds.UnfollowAsync(me, id, cancel));
        MapAct(routes, "/block/{id}", (deeds, me, id, cancel) => deeds.BlockAsync(me, id, true, cancel), Notices.Blocked);
        MapAct(routes, "/unblock/{id}", (deeds, me, id, cancel) => deeds.BlockAsync(me, id, false, cancel));
        MapAct(routes, "/mute/{id}", (deeds, me, id, cancel) => deeds.MuteAsync(me, id, true, cancel), Notices.Muted);
        MapAct(routes, "/unmute/{id}", (deeds, me, id, cancel) => deeds.MuteAsync(me, id, false, cancel));
        routes.MapPost("/requests/{id}/accept", (AccountId id, CurrentUser user, HttpContext http, Parameters form, Relationships deeds, CancellationToken cancel) =>
            AnswerAsync(id, true, user, http, form, deeds, cancel)).RequireSession();
        routes.MapPost("/requests/{id}/reject", (AccountId id, CurrentUser user, HttpContext http, Parameters form, Relationships deeds, CancellationToken cancel) =>
            AnswerAsync(id, false, user, http, form, deeds, cancel)).RequireSession();
    }

    private static async Task<IResult> FollowAsync(
        AccountId id, CurrentUser user, HttpContext http, Parameters form, Relationships deeds, People people, RelationCache relations, CancellationToken cancel)
    {
        if (id == user.Id || await people.FindAsync(id, cancel) is not { IsVisible: true } person || await deeds.FollowAsync(user.Id, id, cancel) is not { } answer)
        {
            return Results.NotFound();
        }
        if (FollowApi.Refusal(answer) is { } refusal)
        {
            return http.WantsJson() ? ApiError.Unprocessable(refusal) : ErrorPages.Answer(StatusCodes.Status422UnprocessableEntity, refusal);
        }
        return await DoneAsync(http, form, user, person, relations, cancel);
    }

    private static void MapAct(
        IEndpointRouteBuilder routes, string path, Func<Relationships, AccountId, AccountId, CancellationToken, Task> act, Action<HttpContext, AccountId>? notice = null) =>
        routes.MapPost(path, async (
            AccountId id, CurrentUser user, HttpContext http, Parameters form, Relationships deeds, People people, RelationCache relations, CancellationToken cancel) =>
        {
            if (id == user.Id || await people.FindAsync(id, cancel) is not { IsVisible: true } person)
            {
                return Results.NotFound();
            }
            await act(deeds, user.Id, id, cancel);
            if (!http.WantsJson())
            {
                notice?.Invoke(http, id);
            }
            return await DoneAsync(http, form, user, person, relations, cancel);
        }).RequireSession();

    private static async Task<IResult> DoneAsync(HttpContext http, Parameters form, CurrentUser user, Person person, RelationCache relations, CancellationToken cancel)
    {
        var state = (await relations.GetAsync(user.Id, cancel)).Toward(person.Id);
        return Pages.Done(http, form.Text("returnUrl"), person.View.Url, new { state });
    }

    private static async Task<IResult> AnswerAsync(
        AccountId id, bool accept, CurrentUser user, HttpContext http, Parameters form, Relationships deeds, CancellationToken cancel)
    {
        // Twice the same answer, or a request taken back meanwhile: what was wanted is so either way.
        await deeds.AnswerAsync(user.Id, id, accept, cancel);
        return Pages.Done(http, form.Text("returnUrl"), "/requests");
    }
}
