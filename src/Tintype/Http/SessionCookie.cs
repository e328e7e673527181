namespace Tintype.Http;

/// <summary>The cookie of a browser session: unreadable for scripts, not sent along by other sites' forms, secure where the site is.</summary>
internal static class SessionCookie
{
    public const string Name = "tintype_session";

    public static void Write(HttpContext context, string bearer, Settings settings) =>
        context.Response.Cookies.Append(Name, bearer, Options(context, settings, TimeSpan.FromDays(settings.Accounts.SessionDays)));

    public static void Clear(HttpContext context, Settings settings) =>
        context.Response.Cookies.Delete(Name, Options(context, settings, null));

    private static CookieOptions Options(HttpContext context, Settings settings, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps || settings.PublicUrl.StartsWith("https://", StringComparison.Ordinal),
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
