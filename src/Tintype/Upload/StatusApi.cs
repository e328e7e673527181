using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Feeds;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Upload;

/// <summary>Making, editing and deleting posts, as Mastodon's clients do it: /api/v1/statuses.</summary>
internal static class StatusApi
{
    private const string Scope = "write:statuses";

    /// <summary>How long a new post waits for its photos: a client must never see a photo without an address.</summary>
    private static readonly TimeSpan PhotoWait = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer waits for followers' feeds, which apps look at next: fan-out to a few hundred takes tens of milliseconds.</summary>
    private static readonly TimeSpan FanOutWait = TimeSpan.FromMilliseconds(500);

    public static void MapStatusApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/statuses", CreateAsync).RequireUser(Scope);
        routes.MapPut("/api/v1/statuses/{id}", EditAsync).RequireUser(Scope);
        routes.MapDelete("/api/v1/statuses/{id}", DeleteAsync).RequireUser(Scope);
        routes.MapPost("/api/v1/statuses/{id}/restore", RestoreAsync).RequireUser(Scope);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http, Parameters said, CurrentUser user, PostDrafts drafts, MediaTable media, PhotoPostTable posts, IFeedStore feeds, UploadRequest uploads,
        Comments comments, Statuses statuses, FinishedJobs jobs, CancellationToken cancel)
    {
        if (said.Text("in_reply_to_id") is { Length: > 0 } answered)
        {
            return await CommentAsync(answered, http, said, user, comments, statuses, cancel);
        }
        var asked = said.List("media_ids").Distinct().ToList();
        if (asked.Count == 0)
        {
            return ApiError.Unprocessable("A post needs a photo: upload 1 to 10 and name them in media_ids.");
        }
        if (asked.Count > PostText.MaxPhotos)
        {
            return ApiError.Unprocessable($"A post has at most {PostText.MaxPhotos} photos.");
        }
        if (said.Text("visibility") == "direct")
        {
            return ApiError.Unprocessable("Direct messages are not offered here.");
        }
        var draft = await drafts.MakeAsync(user, Words(said), cancel);
        if (draft is DraftResult.Wrong wrong)
        {
            return ApiError.Unprocessable(wrong.Message);
        }
        var photos = new List<(MediaId Id, string? Description)>();
        foreach (var (text, index) in asked.Select((text, index) => (text, index)))
        {
            var (id, refused) = await ReadyAsync(text, index, user, media, uploads, cancel);
            if (refused is not null)
            {
                return refused;
            }
            photos.Add((id, null));
        }
        var publication = await posts.PublishAsync(((DraftResult.Ready)draft).Draft, photos, Key(http), cancel);
        if (publication is Publication.Published { Post: var made })
        {
            await feeds.PushOwnAsync(made.Id, user.Id); // In its author's feed at once; in the others' when it is live.
            if (made.State == PostState.Live)
            {
                await jobs.WaitAsync(new PostPublished(made.Id, user.Id), FanOutWait, cancel);
            }
        }
        return publication switch
        {
            Publication.Published published when await statuses.FindAsync(published.Post.Id, user.Id, cancel) is { } status => ApiJson.Ok(status),
            Publication.PhotoFailed failed => ApiError.Unprocessable(failed.Reason),
            Publication.PhotoNotFree => ApiError.Unprocessable("A photo is not yours, or is in a post already."),
            _ => ApiError.NotFound(),
        };
    }

    private static async Task<IResult> CommentAsync(
        string answered, HttpContext http, Parameters said, CurrentUser user, Comments comments, Statuses statuses, CancellationToken cancel)
    {
        if (said.List("media_ids").Count > 0)
        {
            return ApiError.Unprocessable("A comment is text only.");
        }
        if (!PostId.TryParse(answered, null, out var post))
        {
            return ApiError.NotFound();
        }
        var draft = new Post
        {
            AccountId = user.Id, Caption = PostText.Clean(said.Text("status") ?? ""), InReplyToId = post, Language = said.Text("language"), AppId = user.AppId,
        };
        return await comments.AddAsync(draft, Key(http), cancel) switch
        {
            Commented.Written written when await statuses.FindAsync(written.Id, user.Id, cancel) is { } status => ApiJson.Ok(status),
            Commented.Refused refused => ApiError.Unprocessable(refused.Reason),
            _ => ApiError.NotFound(),
        };
    }

    private static async Task<(MediaId Id, IResult? Refused)> ReadyAsync(
        string text, int index, CurrentUser user, MediaTable media, UploadRequest uploads, CancellationToken cancel)
    {
        if (!MediaId.TryParse(text, null, out var id) || await media.FindAsync(id, cancel) is not { } photo || photo.AccountId != user.Id)
        {
            return (default, ApiError.Unprocessable($"Photo {index + 1} is not one of yours."));
        }
        return (await uploads.WaitAsync(photo, PhotoWait, cancel)) switch
        {
            { State: MediaState.Live } => (id, null),
            { State: MediaState.Failed, FailedReason: var reason } => (id, ApiError.Unprocessable($"Photo {index + 1} cannot be posted. {reason}")),
            _ => (id, ApiError.Unprocessable($"Photo {index + 1} is still being made ready. It is safe; try again in a moment.")),
        };
    }

    private static async Task<IResult> EditAsync(
        string id, Parameters said, CurrentUser user, PostDrafts drafts, PostTable table, PhotoPostTable posts, CardStore cards, Statuses statuses,
        CancellationToken cancel)
    {
        if (await OwnAsync(table, id, user, cancel) is not { IsComment: false } post)
        {
            return ApiError.NotFound();
        }
        var draft = await drafts.MakeAsync(user, Words(said, post), cancel);
        if (draft is DraftResult.Wrong wrong)
        {
            return ApiError.Unprocessable(wrong.Message);
        }
        var texts = said.Items("media_attributes")
            .Where(item => item.ContainsKey("description") && MediaId.TryParse(item.GetValueOrDefault("id"), null, out _))
            .Select(item => (MediaId.Parse(item["id"]), PostText.Cut(PostText.Clean(item["description"]), PostText.MaxAlt))).ToList();
        await posts.EditAsync(((DraftResult.Ready)draft).Draft with { Id = post.Id }, texts, cancel);
        cards.Forget(post.Id);
        return await statuses.FindAsync(post.Id, user.Id, cancel) is { } status ? ApiJson.Ok(status) : ApiError.NotFound();
    }

    private static async Task<IResult> DeleteAsync(
        string id, CurrentUser user, PhotoPostTable posts, Comments comments, CardStore cards, Statuses statuses, CancellationToken cancel)
    {
        if (!PostId.TryParse(id, null, out var known) || await statuses.FindAsync(known, user.Id, cancel) is not { } status)
        {
            return ApiError.NotFound();
        }
        if (await posts.DeleteAsync(known, user.Id, cancel) is { } post)
        {
            cards.Forget(known);
            return ApiJson.Ok(status with { Text = post.Caption });
        }
        return await comments.DeleteAsync(known, user.Id, cancel) is { } comment ? ApiJson.Ok(status with { Text = comment.Post.Caption }) : ApiError.NotFound();
    }

    private static async Task<IResult> RestoreAsync(
        string id, CurrentUser user, PhotoPostTable posts, CardStore cards, IFeedStore feeds, Statuses statuses, TimeProvider time, CancellationToken cancel)
    {
        if (!PostId.TryParse(id, null, out var known)
            || await posts.RestoreAsync(known, user.Id, time.GetUtcNow() - UploadPages.UndoTime, cancel) is null)
        {
            return ApiError.NotFound();
        }
        cards.Forget(known);
        await feeds.PushOwnAsync(known, user.Id); // As if just made: its deletion took it out.
        return await statuses.FindAsync(known, user.Id, cancel) is { } status ? ApiJson.Ok(status) : ApiError.NotFound();
    }

    private static async Task<Post?> OwnAsync(PostTable table, string id, CurrentUser user, CancellationToken cancel) =>
        PostId.TryParse(id, null, out var known) && await table.FindAsync(known, cancel) is { } post
        && post.AccountId == user.Id && post.State != PostState.Deleted ? post : null;

    private static PostWords Words(Parameters said) => new(said.Text("status") ?? "", said.Text("place[name]") ?? said.Text("place") ?? "", said.List("tagged"))
    {
        Country = said.Text("place[country]"),
        Latitude = said.Number("place[latitude]"),
        Longitude = said.Number("place[longitude]"),
        Visibility = said.Text("visibility") switch { "private" => Visibility.Followers, "unlisted" => Visibility.Unlisted, _ => Visibility.Public },
        Sensitive = said.Flag("sensitive"),
        SpoilerText = said.Text("spoiler_text") ?? "",
        Language = said.Text("language"),
    };

    /// <summary>An edit: what is not sent stays as it was.</summary>
    private static PostWords Words(Parameters said, Post post)
    {
        var words = Words(said);
        var placed = said.Has("place") || said.Has("place[name]");
        return words with
        {
            Caption = said.Text("status") ?? post.Caption,
            Place = placed ? words.Place : post.Place?.Name ?? "",
            Country = placed ? words.Country : post.Place?.Country,
            Latitude = placed ? words.Latitude : post.Place?.Latitude,
            Longitude = placed ? words.Longitude : post.Place?.Longitude,
            Tagged = said.Has("tagged") ? words.Tagged : [.. post.Tagged.Select(person => person.ToString())],
            Visibility = post.Visibility,
            Sensitive = said.Flag("sensitive", post.Sensitive),
            SpoilerText = said.Text("spoiler_text") ?? post.SpoilerText,
            Language = said.Text("language") ?? post.Language,
        };
    }

    private static string? Key(HttpContext http) =>
        http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= 200 } key ? key : null;
}
