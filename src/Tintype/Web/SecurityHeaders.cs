using Tintype.Http;

namespace Tintype.Web;

/// <summary>
/// What browsers are told to refuse on our behalf. Nothing inline runs or styles, nothing from elsewhere loads (but pictures from where the settings keep them), nobody frames us, and
/// other sites do not learn which page a link was on. An endpoint that needs otherwise sets its own policy first, and says why.
/// Data is no page: it is told to be nothing else, and spared what only pages heed.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, Settings settings)
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    private readonly string ownForms =
        $"default-src 'self'; img-src 'self' data: blob:{(settings.Objects.ImageOrigin is { } origin ? " " + origin : "")}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private Func<object, Task>? say;

    /// <summary>Consent to an app answers with a redirect to that app's own address: form-action minds redirects too.</summary>
    private string PolicyFor(HttpContext context) =>
        context.Features.Get<FormTarget>() is { } target ? $"{ownForms} {target.Source}" : ownForms;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(say ??= Say, context);
        return next(context);
    }

    private Task Say(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.Remove("blazor-enhanced-nav"); // Said by the component renderer to a script that we do not have.
        headers.XContentTypeOptions = "nosniff";
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
        if (IsData(context))
        {
            headers.ContentSecurityPolicy = Nothing;
            return Task.CompletedTask;
        }
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = PolicyFor(context);
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// Also when it says that nothing has changed: caches put what is said then beside what they have. And also at a gateway, through which it was said before.
    /// </summary>
    private static bool IsData(HttpContext context) =>
        ApiPaths.IsApi(context.Request.Path) && context.Response.Headers is var headers && headers.ContentSecurityPolicy.ToString() is "" or Nothing
        && headers.ContentType.ToString() is var type && (type.Length == 0 || type.StartsWith("application/json", StringComparison.Ordinal));
}
