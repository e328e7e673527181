using System.Security.Cryptography;
using Tintype.Cards;

namespace Tintype.Http.Keeping;

/// <summary>How endpoints choose who keeps their answers, with an entity tag of what they say (304 when it is the same).</summary>
internal static class KeptAnswers
{
    /// <summary>
    /// Unkeyed by any of these, a proxy would hand one person's page to another, or a fragment where a page was asked for. Compressed
    /// or not is in it from the start: a 304, which has no body to compress, must vary by the same.
    /// </summary>
    private const string ByViewer = "Accept-Encoding, Authorization, Cookie, X-Fragment";

    /// <summary>
    /// An answer that is the same for every stranger: kept when asked for without any sign of a person, answered with 200, and not
    /// marked otherwise by its endpoint.
    /// </summary>
    public static TBuilder KeptForStrangers<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            var http = context.HttpContext;
            return result is IResult answer && http.User() is null && http.Request.Headers.Authorization.Count == 0
                ? new Tagged(answer, Keep.Strangers(http.RequestServices.GetRequiredService<Settings>().Proxies), ByViewer)
                : result;
        });

    /// <summary>An answer in which it makes no difference who asks.</summary>
    public static TBuilder KeptForEverybody<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) => await next(context) is var result && result is IResult answer ? new Tagged(answer, Keep.Everybody, null) : result);

    /// <summary>
    /// Marks the answer as one that the asker alone may keep, and asks about before using it again.
    /// </summary>
    /// <param name="tag">Entity tag of what it says; differs when anything in it does.</param>
    /// <returns>True when the asker has it already: then it is answered, with 304, and there is nothing to be written.</returns>
    public static bool KeptByViewer(this HttpContext http, string tag)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = Keep.Viewer;
        headers.ETag = tag;
        headers.Vary = "Authorization";
        if (!Has(http.Request, tag))
        {
            return false;
        }
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static bool Has(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } tags && tags.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag);

    /// <summary>Marks the answer as one that no cache keeps, whoever asks.</summary>
    public static void KeptByNobody(this HttpContext http) => http.Response.Headers.CacheControl = Keep.Nobody;

    /// <summary>What is about a private account is kept by no cache, not even the little that strangers see of it.</summary>
    public static void KeepIfPublic(this HttpContext http, Person person)
    {
        if (person.IsPrivate)
        {
            http.KeptByNobody();
        }
    }

    private sealed class Tagged(IResult answer, string caching, string? vary) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var wire = response.Body;
            using var written = new MemoryStream();
            response.Body = written;
            try
            {
                await answer.ExecuteAsync(httpContext);
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
            }
            finally
            {
                response.Body = wire;
            }
            var body = written.GetBuffer().AsMemory(0, (int)written.Length);
            if (response.StatusCode == StatusCodes.Status200OK && response.Headers.CacheControl.Count == 0 && response.Headers.SetCookie.Count == 0)
            {
                // Weak: the bytes on the wire are compressed or not, what they say is the same.
                var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 12))}\"";
                response.Headers.CacheControl = caching;
                response.Headers.ETag = tag;
                if (vary is not null)
                {
                    response.Headers.Vary = vary;
                }
                if (ApiPaths.IsOpen(httpContext.Request.Path))
                {
                    // Whoever asked first may not have been a page of another site; whoever is given the copy may.
                    response.Headers.AccessControlAllowOrigin = "*";
                    response.Headers.AccessControlExposeHeaders = string.Join(',', ApiPaths.Exposed);
                }
                if (Has(httpContext.Request, tag))
                {
                    response.StatusCode = StatusCodes.Status304NotModified;
                    response.ContentType = null;
                    return;
                }
            }
            if (body.Length == 0)
            {
                return; // An error without a body: whoever dresses errors does so after us.
            }
            response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await wire.WriteAsync(body, httpContext.RequestAborted);
            }
        }
    }
}
