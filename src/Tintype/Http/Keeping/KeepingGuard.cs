using Microsoft.Extensions.Primitives;

namespace Tintype.Http.Keeping;

/// <summary>
/// The last word before an answer leaves. What chose nothing is kept by nobody; no error is kept; and what sets a cookie is in no
/// shared cache, which would hand the cookie to the next who asks. Vary leaves as one line, because there are proxies that read the last only.
/// </summary>
internal sealed class KeepingGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Guard(((HttpContext)state).Response), context);
        return next(context);
    }

    private static Task Guard(HttpResponse response)
    {
        var headers = response.Headers;
        if (headers.CacheControl.Count == 0 || response.StatusCode >= 400
            || (headers.SetCookie.Count > 0 && headers.CacheControl.ToString().Contains("public", StringComparison.Ordinal)))
        {
            headers.CacheControl = Keep.Nobody;
        }
        if (headers.Vary.Count > 1)
        {
            headers.Vary = OneLine(headers.Vary);
        }
        return Task.CompletedTask;
    }

    private static string OneLine(StringValues lines) =>
        string.Join(", ", lines.SelectMany(line => line!.Split(',', StringSplitOptions.TrimEntries)).Distinct(StringComparer.OrdinalIgnoreCase));
}
