using Tintype.Web.Views;

namespace Tintype.Web;

/// <summary>
/// One sentence carried over a redirect in a cookie that the next page takes away. The cookie holds a word of a fixed list and an id,
/// never text: nobody can make a page say something.
/// </summary>
internal static class Notices
{
    private const string Cookie = "tintype_notice";

    private static readonly CookieOptions Brief = new() { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromMinutes(1), Path = "/" };

    public static void PostDeleted(HttpContext http, PostId post) => Set(http, $"deleted.{post}");
    public static void CommentDeleted(HttpContext http) => Set(http, "uncommented");
    public static void Posted(HttpContext http) => Set(http, "posted");
    public static void Saved(HttpContext http) => Set(http, "saved");
    public static void Blocked(HttpContext http, AccountId person) => Set(http, $"blocked.{person}");
    public static void Muted(HttpContext http, AccountId person) => Set(http, $"muted.{person}");
    public static void AccountDeleted(HttpContext http) => Set(http, "gone");
    public static void AccountRestored(HttpContext http) => Set(http, "restored");

    /// <summary>Reads the notice and takes it away.</summary>
    public static NoticeView? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } text)
        {
            return null;
        }
        http.Response.Cookies.Delete(Cookie, Brief);
        var (word, id) = text.Split('.') is [var first, var second] && long.TryParse(second, out var number) ? (first, number) : (text, 0L);
        return word switch
        {
            "deleted" when id > 0 => new NoticeView("Photo deleted.", $"/posts/{id}/restore"),
            "uncommented" => new NoticeView("Comment deleted."),
            "posted" => new NoticeView("Posted. It reaches your followers in a moment."),
            "saved" => new NoticeView("Saved."),
            "blocked" when id > 0 => new NoticeView("Blocked. You no longer see each other.", $"/unblock/{id}"),
            "muted" when id > 0 => new NoticeView("Muted. Their photos stay out of your feed.", $"/unmute/{id}"),
            "gone" => new NoticeView("Your account is deleted. Log in within 30 days to restore it."),
            "restored" => new NoticeView("Welcome back. Everything is as it was."),
            _ => null,
        };
    }

    private static void Set(HttpContext http, string text) => http.Response.Cookies.Append(Cookie, text, Brief);
}
