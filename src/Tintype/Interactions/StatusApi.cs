using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;

namespace Tintype.Interactions;

/// <summary>A version of a status, as the client API has it.</summary>
internal sealed record StatusEditEntity(
    string Content, string SpoilerText, bool Sensitive, DateTimeOffset CreatedAt, AccountEntity Account,
    IReadOnlyList<MediaEntity> MediaAttachments, IReadOnlyList<object> Emojis);

/// <summary>What stands above a status, and below it.</summary>
internal sealed record ContextEntity(IReadOnlyList<StatusEntity> Ancestors, IReadOnlyList<StatusEntity> Descendants);

/// <summary>Reading statuses: one, several, one with its thread.</summary>
internal static class StatusApi
{
    /// <summary>Most statuses of one request: what Mastodon gives.</summary>
    private const int MostAtOnce = 40;

    public static void MapStatusApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/statuses").AllowStrangers("read:statuses").KeptForStrangers();
        api.MapGet("", ManyAsync);
        api.MapGet("/{id:long:min(1)}", async (PostId id, HttpContext http, Statuses statuses) =>
            await statuses.FindAsync(id, http.User()?.Id, http.RequestAborted) is { } status ? ApiJson.Ok(status) : ApiError.NotFound());
        api.MapGet("/{id:long:min(1)}/context", ContextAsync);
        api.MapGet("/{id:long:min(1)}/history", HistoryAsync);
        routes.MapGet("/api/v1/statuses/{id:long:min(1)}/source", SourceAsync).RequireUser("read:statuses");
    }

    private static async Task<IResult> ManyAsync(HttpContext http, Parameters parameters, Statuses statuses)
    {
        var ids = parameters.List("id").Select(text => PostId.TryParse(text, null, out var id) ? id : default).Where(id => id != default);
        return ApiJson.Ok(await statuses.GetAsync([.. ids.Distinct().Take(MostAtOnce)], http.User()?.Id, http.RequestAborted));
    }

    private static async Task<IResult> ContextAsync(PostId id, HttpContext http, VisibleCards visible, Threads threads, Statuses statuses)
    {
        var viewer = http.User()?.Id;
        if (await visible.FindAsync(id, viewer, http.RequestAborted) is not { } card)
        {
            return ApiError.NotFound();
        }
        var (above, below) = await threads.AroundAsync(card, http.RequestAborted);
        return ApiJson.Ok(new ContextEntity(
            await statuses.GetAsync(above, viewer, http.RequestAborted), await statuses.GetAsync(below, viewer, http.RequestAborted)));
    }

    /// <summary>Only the newest version is kept, so the history has one entry.</summary>
    private static async Task<IResult> HistoryAsync(PostId id, HttpContext http, Statuses statuses) =>
        await statuses.FindAsync(id, http.User()?.Id, http.RequestAborted) is { } status
            ? ApiJson.Ok(new[]
            {
                new StatusEditEntity(
                    status.Content, status.SpoilerText, status.Sensitive, status.EditedAt ?? status.CreatedAt, status.Account, status.MediaAttachments, []),
            })
            : ApiError.NotFound();

    /// <summary>The plain text, for its author to edit.</summary>
    private static async Task<IResult> SourceAsync(PostId id, CurrentUser user, HttpContext http, VisibleCards visible) =>
        await visible.FindAsync(id, user.Id, http.RequestAborted) is { } card && card.Post.AccountId == user.Id
            ? ApiJson.Ok(new { id = card.Id, text = card.Post.Caption, spoilerText = card.Post.SpoilerText })
            : ApiError.NotFound();
}
