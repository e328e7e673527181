namespace Tintype.Commands.Load;

/// <param name="Checked">Acknowledged uploads looked at.</param>
/// <param name="ByFollowers">Of these, by a follower too.</param>
/// <param name="Lost">Not readable by their author, or by a follower of whom a token is known, or missing in one of their feeds.</param>
internal sealed record UploadCheckResult(int Checked, int ByFollowers, IReadOnlyList<string> Lost);

/// <summary>The promise: what was acknowledged is readable by its owner and the owner's followers, picture included, and stands in their feeds.</summary>
internal sealed class UploadCheck(Visit visit, IReadOnlyList<Visitor> visitors)
{
    private readonly Dictionary<string, Visitor> byName = visitors.ToDictionary(visitor => visitor.Username);
    private int byFollowers;

    /// <summary>How long a photo may be on its way through the workers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public async Task<UploadCheckResult> RunAsync(CancellationToken cancel)
    {
        var lost = new List<string>();
        byFollowers = 0;
        foreach (var upload in visit.Uploads)
        {
            var deadline = TimeProvider.System.GetUtcNow() + Patience;
            string? wrong;
            while ((wrong = await WrongAsync(upload, cancel)) is not null && TimeProvider.System.GetUtcNow() < deadline)
            {
                await Task.Delay(500, cancel);
            }
            if (wrong is not null)
            {
                lost.Add($"{upload.Post} by {upload.Author.Username}: {wrong}");
            }
        }
        return new(visit.Uploads.Count, byFollowers, lost);
    }

    private async Task<string?> WrongAsync(Acknowledged upload, CancellationToken cancel)
    {
        try
        {
            var status = await visit.JsonAsync($"/api/v1/statuses/{upload.Post}", upload.Author, cancel);
            if (!await StandsInFeedAsync(upload, upload.Author, cancel))
            {
                return "not in its author's feed";
            }
            var picture = new Uri(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!).PathAndQuery;
            if (await visit.StatusAsync(picture, upload.Author, cancel) is var shown and not 200)
            {
                return $"its picture: status {shown}";
            }
            var followers = await visit.JsonAsync($"/api/v1/accounts/{status.GetProperty("account").GetProperty("id").GetString()}/followers?limit=80", upload.Author, cancel);
            foreach (var follower in followers.EnumerateArray())
            {
                if (byName.TryGetValue(follower.GetProperty("username").GetString()!, out var visitor))
                {
                    if (await visit.StatusAsync($"/api/v1/statuses/{upload.Post}", visitor, cancel) != 200)
                    {
                        return $"{visitor.Username} cannot read it";
                    }
                    if (!await StandsInFeedAsync(upload, visitor, cancel))
                    {
                        return $"not in the feed of {visitor.Username}";
                    }
                    byFollowers++;
                    return null;
                }
            }
            return null;
        }
        catch (Exception error) when (error is HttpRequestException or RefusedException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return error.Message;
        }
    }

    // The newest at or below it: no paging through what came since.
    private async Task<bool> StandsInFeedAsync(Acknowledged upload, Visitor reader, CancellationToken cancel)
    {
        var below = long.Parse(upload.Post, System.Globalization.CultureInfo.InvariantCulture) + 1;
        var page = await visit.JsonAsync($"/api/v1/timelines/home?limit=1&max_id={below}", reader, cancel);
        return page.GetArrayLength() == 1 && page[0].GetProperty("id").GetString() == upload.Post;
    }
}
