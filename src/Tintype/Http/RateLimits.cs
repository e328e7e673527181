using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Tintype.Storage.Cache;
using Tintype.Web;

namespace Tintype.Http;

/// <summary>
/// How many requests one account (or one stranger's address) may send: all of the API, and the forms of pages. The X-RateLimit headers
/// say where it stands; beyond the limit: 429 with Retry-After.
/// </summary>
internal sealed class RateLimits(RequestDelegate next, RateCounters counters, TimeProvider time, Settings settings)
{
    private const string LimitHeader = "X-RateLimit-Limit", RemainingHeader = "X-RateLimit-Remaining", ResetHeader = "X-RateLimit-Reset";

    private static readonly TimeSpan RequestWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UploadWindow = TimeSpan.FromMinutes(30);

    private static readonly FrozenSet<string> UploadPaths = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "/api/v1/media", "/api/v2/media", "/new", "/new/media");

    // Limits are two, everybody has the same to go after as many requests, and a window ends for all in the same moment: each is written once.
    private static readonly ConcurrentDictionary<int, string> Limits = new();
    private static Ending ending = new(default, "");
    private readonly string?[] remaining = new string?[512];

    public Task InvokeAsync(HttpContext context)
    {
        if (!settings.RateLimits.Enabled || !IsLimited(context.Request))
        {
            return next(context);
        }
        var (limit, count) = IsUpload(context.Request) ? NoteUpload(context) : NoteRequest(context);
        Say(context.Response.Headers, limit, count);
        if (count.Count > limit)
        {
            return TooMany(context, count.ResetsAt - time.GetUtcNow()).ExecuteAsync(context);
        }
        return next(context);
    }

    private (int Limit, RateCount Count) NoteUpload(HttpContext context)
    {
        var key = context.User() is { } uploader ? new RateKey("uploads:account:", uploader.Id.Value) : new RateKey($"uploads:address:{ClientAddress.Network(context)}");
        RateWindow? none = null;
        return (settings.RateLimits.Uploads, counters.Note(key, UploadWindow, settings.RateLimits.Uploads, ref none));
    }

    private (int Limit, RateCount Count) NoteRequest(HttpContext context)
    {
        var limit = settings.RateLimits.Requests;
        if (context.User() is { } user)
        {
            return (limit, counters.Note(new RateKey("requests:account:", user.Id.Value), RequestWindow, limit, ref user.RequestsAtHand));
        }
        RateWindow? none = null;
        return (limit, counters.Note(new RateKey($"requests:address:{ClientAddress.Network(context)}"), RequestWindow, limit, ref none));
    }

    /// <summary>429 for apps, scripts and people alike, saying when to come back.</summary>
    public static IResult TooMany(HttpContext context, TimeSpan retryAfter)
    {
        const string message = "Too many requests: try again later";
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ApiPaths.IsApi(context.Request.Path) || context.WantsJson() ? ApiError.Json(429, message) : ErrorPages.Answer(429, message);
    }

    /// <summary>Empties an answer that is to begin anew, but for where its client stands.</summary>
    public static void BeginAnew(HttpResponse response)
    {
        var headers = response.Headers;
        var (limit, remaining, reset) = (headers[LimitHeader], headers[RemainingHeader], headers[ResetHeader]);
        response.Clear();
        (headers[LimitHeader], headers[RemainingHeader], headers[ResetHeader]) = (limit, remaining, reset);
    }

    private static bool IsLimited(HttpRequest request) =>
        !HttpMethods.IsOptions(request.Method) && (ApiPaths.IsApi(request.Path) || HttpMethods.IsPost(request.Method));

    private static bool IsUpload(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && UploadPaths.Contains(request.Path.Value ?? "");

    private void Say(IHeaderDictionary headers, int limit, RateCount count)
    {
        headers[LimitHeader] = Limits.GetOrAdd(limit, static limit => limit.ToString(CultureInfo.InvariantCulture));
        headers[RemainingHeader] = RemainingAfter(count.Count, limit);
        headers[ResetHeader] = EndingAt(count.ResetsAt);
    }

    private string RemainingAfter(long count, int limit)
    {
        return limit == settings.RateLimits.Requests && count >= 0 && count < remaining.Length ? remaining[count] ??= Text() : Text();

        string Text() => Math.Max(0, limit - count).ToString(CultureInfo.InvariantCulture);
    }

    private static string EndingAt(DateTimeOffset at)
    {
        if (Volatile.Read(ref ending) is var last && last.At == at)
        {
            return last.Text;
        }
        var next = new Ending(at, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Volatile.Write(ref ending, next);
        return next.Text;
    }

    private sealed record Ending(DateTimeOffset At, string Text);
}
