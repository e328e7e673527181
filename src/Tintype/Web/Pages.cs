using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Web.Views;

namespace Tintype.Web;

/// <summary>How the page endpoints of slices answer: with a page, with a way back after a form, or with JSON for our own scripts.</summary>
internal sealed class Pages(People people, Activity activity, FormTokens tokens, TimeProvider time, Settings settings)
{
    /// <summary>Camel case, enums as words: what the modules under wwwroot/js read.</summary>
    private static readonly JsonSerializerOptions ForScripts = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>The only forms that strangers are shown. All their other pages are the same for everybody and may be cached.</summary>
    private static readonly string[] StrangersForms = ["/login", "/signup", "/restore"];

    /// <summary>A page with its view model. Every page component takes the parameters Page and View, and no other.</summary>
    /// <param name="status">422 for a form that comes back with its errors.</param>
    public async Task<IResult> ShowAsync<TPage>(HttpContext http, object view, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        Show<TPage>(await OpenAsync(http), view, status);

    /// <summary>What the page knows besides its view: for the rare endpoint that needs it before it has the view.</summary>
    public async Task<PageContext> OpenAsync(HttpContext http)
    {
        var viewer = http.User() is { } user && await people.FindAsync(user.Id, http.RequestAborted) is { } person
            ? new ViewerView(person.View, await activity.UnreadAsync(user.Id, http.RequestAborted), user.Role == Storage.Model.AccountRole.Owner)
            : null;
        var path = http.Request.Path;
        var isFragment = http.Request.Headers.ContainsKey("X-Fragment");
        var hasForms = viewer is not null || StrangersForms.Any(form => path.StartsWithSegments(form, StringComparison.Ordinal));
        return new PageContext(
            viewer, hasForms ? await TokenAsync(http) : null, ComesBackTo(http), isFragment,
            time.GetUtcNow(), settings.PublicUrl, isFragment ? null : Notices.Take(http));
    }

    public static IResult Show<TPage>(PageContext page, object view, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new RazorComponentResult(typeof(TPage), new Dictionary<string, object?> { ["Page"] = page, ["View"] = view })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>The answer to a form that was carried out: back where it came from, or <paramref name="json"/> ({} if null) for a script.</summary>
    /// <param name="returnUrl">The hidden field; followed only when it is a local path.</param>
    public static IResult Done(HttpContext http, string? returnUrl, string fallback, object? json = null) =>
        http.WantsJson() ? Json(json ?? new { })
        : new SeeOther(IsLocal(returnUrl) ? returnUrl! : fallback);

    /// <summary>An answer for our own scripts.</summary>
    public static IResult Json(object value, int status = StatusCodes.Status200OK) => Results.Json(value, ForScripts, statusCode: status);

    /// <summary>A path on this site: never another site's address in disguise (//evil, /\evil).</summary>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.AsSpan().ContainsAnyInRange('\0', '\x1f');

    /// <summary>A form that was refused is shown at its own address; what comes after it still returns to the page before.</summary>
    private static string ComesBackTo(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/";

    private async ValueTask<string> TokenAsync(HttpContext http)
    {
        var token = await tokens.IssueAsync(http);
        // A new cookie says no-store, which would also forbid going back to the page as it was; nobody else's cache may keep it either way.
        http.Response.Headers.CacheControl = Keep.Viewer;
        return token;
    }

    /// <summary>303: the next request is a GET, whatever this one was.</summary>
    private sealed class SeeOther(string url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = url;
            return Task.CompletedTask;
        }
    }
}
