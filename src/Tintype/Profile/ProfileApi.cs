using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;

namespace Tintype.Profile;

/// <summary>Followers of an account whom the asker follows.</summary>
internal sealed record FamiliarFollowersEntity(AccountId Id, IReadOnlyList<AccountEntity> Accounts);

/// <summary>A person and their posts, for apps. Comments are not among a person's posts: each lives with the photo it is about.</summary>
internal static class ProfileApi
{
    private const int MostFamiliar = 5;
    private const int MostAtOnce = 20;

    public static void MapProfileApi(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapGet("/{id:long:min(1)}", (AccountId id, HttpContext http, People people, VisibleCards visible, CountCache counts, Statuses statuses) =>
            AnswerAsync(id, http, people, visible, counts, statuses)).AllowStrangers("read:accounts").KeptForStrangers();
        accounts.MapGet("/lookup", async (string? acct, HttpContext http, People people, VisibleCards visible, CountCache counts, Statuses statuses, Settings settings) =>
            await AnswerAsync(await people.FindIdAsync(Username(acct, settings)), http, people, visible, counts, statuses))
            .AllowStrangers("read:accounts").KeptForStrangers();
        accounts.MapGet("/{id:long:min(1)}/statuses", StatusesAsync).AllowStrangers("read:statuses").KeptForStrangers();
        accounts.MapGet("/{id:long:min(1)}/featured_tags", () => ApiJson.Ok(Array.Empty<TagEntity>())).AllowStrangers("read:accounts").KeptForStrangers();
        accounts.MapGet("/familiar_followers", FamiliarFollowersAsync).RequireUser("read:follows");
    }

    private static async Task<IResult> AnswerAsync(
        AccountId? asked, HttpContext http, People people, VisibleCards visible, CountCache counts, Statuses statuses)
    {
        if (asked is not { } id)
        {
            return ApiError.NotFound();
        }
        if (http.User()?.Id == id)
        {
            await counts.ForgetAsync(id);
        }
        // Beside the person: of somebody whom no cache has, both are one wait.
        var numbers = counts.FindAsync(id, http.RequestAborted).AsTask();
        if (await people.FindAsync(id, http.RequestAborted) is not { } person || !Audience.MaySee(person, await visible.RelationsOfAsync(http.User()?.Id, http.RequestAborted)))
        {
            return ApiError.NotFound();
        }
        http.KeepIfPublic(person);
        return ApiJson.Ok(statuses.Of(person, await numbers));
    }

    private static async Task<IResult> StatusesAsync(
        AccountId id, HttpContext http, Parameters parameters, People people, VisibleCards visible, Grids grids, Statuses statuses, Settings settings)
    {
        var seen = await visible.RelationsOfAsync(http.User()?.Id, http.RequestAborted);
        if (await people.FindAsync(id, http.RequestAborted) is not { } person || !Audience.MaySee(person, seen))
        {
            return ApiError.NotFound();
        }
        http.KeepIfPublic(person);
        if (parameters.Flag("pinned"))
        {
            return ApiJson.Ok(Array.Empty<StatusEntity>());
        }
        var (ids, cards) = await grids.PageAsync(person, seen, Paging.Of(http).Range, unready: false, http.RequestAborted);
        if (ids.Items.Count > 0)
        {
            Paging.Link(http, settings.PublicUrl, ids.Items[0].Value, ids.Items[^1].Value, ids.More);
        }
        return ApiJson.Ok(await statuses.OfAsync(cards, seen?.ViewerId, http.RequestAborted));
    }

    private static async Task<IResult> FamiliarFollowersAsync(
        CurrentUser user, HttpContext http, Parameters parameters, People people, VisibleCards visible, Acquaintances acquaintances, Statuses statuses)
    {
        var seen = await visible.RelationsOfAsync(user.Id, http.RequestAborted);
        var answer = new List<FamiliarFollowersEntity>();
        foreach (var text in parameters.List("id").Distinct().Take(MostAtOnce))
        {
            if (AccountId.TryParse(text, null, out var id) && await people.FindAsync(id, http.RequestAborted) is { } person && Audience.MaySee(person, seen))
            {
                var followers = await acquaintances.OfAsync(id, seen, MostFamiliar, http.RequestAborted);
                answer.Add(new FamiliarFollowersEntity(id, await statuses.AccountsAsync([.. followers.Select(follower => follower.Id)], http.RequestAborted)));
            }
        }
        return ApiJson.Ok(answer);
    }

    /// <summary>"alice", "@alice", "alice@this.host"; empty, which nobody is called, for anybody elsewhere.</summary>
    private static string Username(string? acct, Settings settings)
    {
        var parts = (acct ?? "").TrimStart('@').Split('@');
        return parts.Length == 1 || parts.Length == 2 && parts[1].Equals(new Uri(settings.PublicUrl).Authority, StringComparison.OrdinalIgnoreCase) ? parts[0] : "";
    }
}
