using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Tintype.Accounts;

/// <summary>
/// Proof, for ten minutes, that this browser knew the password of a deleted account: a protected cookie, for such an account can have
/// no session.
/// </summary>
internal sealed class RestoreTicket(IDataProtectionProvider protection, Settings settings)
{
    private const string Cookie = "tintype_restore";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Tintype.Accounts.Restore").ToTimeLimitedDataProtector();

    public void Give(HttpContext context, AccountId id) =>
        context.Response.Cookies.Append(Cookie, protector.Protect(id.ToString(), Lifetime), Options(context, Lifetime));

    public void TakeAway(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context, null));

    /// <returns>Null when there is no ticket, or one that is too old or not ours.</returns>
    public AccountId? Of(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } text)
        {
            return null;
        }
        try
        {
            return AccountId.Parse(protector.Unprotect(text), CultureInfo.InvariantCulture);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/restore", MaxAge = maxAge, IsEssential = true,
        Secure = context.Request.IsHttps || settings.PublicUrl.StartsWith("https://", StringComparison.Ordinal),
    };
}
