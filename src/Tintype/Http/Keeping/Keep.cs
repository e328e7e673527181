using System.Globalization;

namespace Tintype.Http.Keeping;

/// <summary>
/// Who may keep an answer, and for how long: every Cache-Control of the app is one of these. What chooses none is for
/// <see cref="Nobody"/>.
/// </summary>
/// <remarks>
/// Strangers' answers say no s-maxage: it means proxy-revalidate too (RFC 9111, 5.2.2.10), and a proxy that obeys it shows an error
/// when we are down although it holds the page.
/// </remarks>
internal static class Keep
{
    /// <summary>A person's own, an error, a secret: no cache, not even the browser's.</summary>
    public const string Nobody = "private, no-store";

    /// <summary>A page for one person, or with a form's token in it: their browser may go back to it, and asks before showing it anew.</summary>
    public const string Viewer = "private, no-cache";

    /// <summary>The address names its content; other content gets another address.</summary>
    public const string ForEver = "public, max-age=31536000, immutable";

    /// <summary>The same whoever asks and rarely another: what this instance is and takes. A change is seen within ten minutes.</summary>
    public const string Everybody = "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400";

    /// <summary>A page as strangers see it. Nobody waits for a popular one, and what was deleted is gone after both spans.</summary>
    public static string Strangers(ProxySettings proxies) => string.Create(
        CultureInfo.InvariantCulture,
        $"public, max-age={proxies.FreshSeconds}, stale-while-revalidate={proxies.StaleSeconds}, stale-if-error={proxies.OutageSeconds}");

    /// <summary>
    /// A picture: for ever in browsers, which may show what they have seen. Proxies ask again now and then (304, no bytes), so that a
    /// deleted one is gone from them.
    /// </summary>
    public static string Picture(ProxySettings proxies) => string.Create(
        CultureInfo.InvariantCulture,
        $"public, max-age=31536000, s-maxage={proxies.PictureSeconds}, stale-while-revalidate={proxies.StaleSeconds}, stale-if-error={proxies.OutageSeconds}, immutable");

    /// <summary>
    /// A redirect to an address that holds for so long: half of it, so that who follows the redirect late still has time to fetch; and no
    /// proxy, which might show it beyond its time when we are down.
    /// </summary>
    public static string Redirect(TimeSpan holds) => string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)holds.TotalSeconds / 2}");

    /// <summary>A picture of a private account: for the browser it was signed for, while its address holds.</summary>
    public static string SignedPicture(TimeSpan holds) => string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)holds.TotalSeconds}, immutable");
}
