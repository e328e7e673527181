using Microsoft.Net.Http.Headers;
using Tintype.Http.Keeping;
using Tintype.Storage.Objects;

namespace Tintype.Media;

/// <summary>
/// Sends an object: with its entity tag (304 when the asker has it), one byte range (206, 416), HEAD, and headers that make browsers
/// take it for nothing but a picture. Copied from the store as it is read; or, where the settings say so, a redirect to where the store
/// itself hands it out.
/// </summary>
/// <param name="caching">The Cache-Control header.</param>
internal sealed class ObjectResult(IObjectStore objects, ObjectKey key, string contentType, string caching) : IResult
{
    /// <summary>404 without a body worth keeping.</summary>
    public static readonly IResult NotFound = new Missing();

    /// <summary>Set for a download: the name under which it is saved.</summary>
    public string? DownloadName { get; init; }

    /// <summary>How long a signed address of the store may hold, to which to send the asker; null copies the object.</summary>
    public TimeSpan? RedirectFor { get; init; }

    private string? Disposition => DownloadName is null ? null : $"attachment; filename=\"{DownloadName}\"";

    public static string TypeOf(string file) => file.EndsWith(".webp", StringComparison.Ordinal) ? "image/webp" : "image/jpeg";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var cancel = httpContext.RequestAborted;
        // Only a GET is signed for: whoever asks for the head alone gets it here.
        if (RedirectFor is { } lifetime && HttpMethods.IsGet(request.Method)
            && await objects.AddressAsync(key, new SignedRead(lifetime, contentType, caching, Disposition), cancel) is { } address)
        {
            response.Headers.CacheControl = caching == Keep.Nobody ? caching : Keep.Redirect(lifetime);
            response.Redirect(address.AbsoluteUri);
            return;
        }
        // What most ask for is one call to the store; a part or a comparison needs to know first what there is.
        await using var whole = HttpMethods.IsGet(request.Method) && request.Headers.Range.Count == 0 && request.Headers.IfNoneMatch.Count == 0
            ? await objects.OpenReadAsync(key, null, cancel)
            : null;
        if ((whole?.Info ?? await objects.FindAsync(key, cancel)) is not { } info)
        {
            httpContext.RequestServices.GetRequiredService<ILogger<ObjectResult>>().LogError("The object {Key} is not in the store", key);
            await NotFound.ExecuteAsync(httpContext);
            return;
        }
        var headers = response.Headers;
        headers.ETag = info.ETag;
        headers.CacheControl = caching;
        headers.AcceptRanges = "bytes";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ContentDisposition = Disposition;
        if (Has(request, info.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var (range, isWrong) = RangeOf(request, info);
        if (isWrong)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.ContentLength = 0;
            headers.ContentRange = $"bytes */{info.Length}";
            return;
        }
        response.ContentType = contentType;
        response.ContentLength = range?.Length ?? info.Length;
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = $"bytes {part.First}-{part.Last}/{info.Length}";
        }
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }
        if (whole is not null)
        {
            await whole.Content.CopyToAsync(response.Body, cancel);
            return;
        }
        await using var opened = await objects.OpenReadAsync(key, range, cancel) ?? throw new IOException($"The object {key} went while it was sent.");
        await opened.Content.CopyToAsync(response.Body, cancel);
    }

    private static bool Has(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)
        && tags.Any(tag => tag.Tag == "*" || tag.Tag == etag);

    /// <summary>One range is honoured; several, or a copy that is not ours (If-Range), are answered with the whole.</summary>
    private static (ByteRange? Range, bool IsWrong) RangeOf(HttpRequest request, ObjectInfo info)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var asked) || asked is not { Unit.Value: "bytes", Ranges.Count: 1 }
            || (request.Headers.IfRange.ToString() is { Length: > 0 } copy && copy != info.ETag))
        {
            return (null, false);
        }
        var range = asked.Ranges.First();
        var (first, last) = range.From is { } from
            ? (from, Math.Min(range.To ?? long.MaxValue, info.Length - 1))
            : (Math.Max(0, info.Length - range.To!.Value), info.Length - 1);
        return first > last ? (null, true) : (new ByteRange(first, last), false);
    }

    private sealed class Missing : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            httpContext.Response.ContentType = "text/plain";
            return httpContext.Response.WriteAsync("Not found", httpContext.RequestAborted);
        }
    }
}
