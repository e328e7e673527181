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
    private static readonly TimeSpan RequestWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UploadWindow = TimeSpan.FromMinutes(30);

    private static readonly string[] UploadPaths = ["/api/v1/media", "/api/v2/media", "/new", "/new/media"];

    public Task InvokeAsync(HttpContext context)
    {
        if (!settings.RateLimits.Enabled || !IsLimited(context.Request))
        {
            return next(context);
        }
        var who = context.User() is { } user ? $"account:{user.Id}" : $"address:{ClientAddress.Network(context)}";
        var (name, limit, window) = IsUpload(context.Request)
            ? ("uploads", settings.RateLimits.Uploads, UploadWindow)
            : ("requests", settings.RateLimits.Requests, RequestWindow);
        var count = counters.Note($"{name}:{who}", window, limit);
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = Math.Max(0, limit - count.Count).ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = count.ResetsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        if (count.Count > limit)
        {
            return TooMany(context, count.ResetsAt - time.GetUtcNow()).ExecuteAsync(context);
        }
        return next(context);
    }

    /// <summary>429 for apps, scripts and people alike, saying when to come back.</summary>
    public static IResult TooMany(HttpContext context, TimeSpan retryAfter)
    {
        const string message = "Too many requests: try again later";
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ApiPaths.IsApi(context.Request.Path) || context.WantsJson() ? ApiError.Json(429, message) : ErrorPages.Answer(429, message);
    }

    private static bool IsLimited(HttpRequest request) =>
        !HttpMethods.IsOptions(request.Method) && (ApiPaths.IsApi(request.Path) || HttpMethods.IsPost(request.Method));

    private static bool IsUpload(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && UploadPaths.Any(path => request.Path.Equals(path, StringComparison.OrdinalIgnoreCase));
}
