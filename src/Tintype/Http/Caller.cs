using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Tintype.Http;

/// <summary>Who sends a request, as far as a token says so.</summary>
/// <remarks>
/// It stands in the place that servers have for who sends a request. Features that they do not know are a list, which Kestrel keeps with each connection (88 bytes).
/// </remarks>
internal abstract class Caller : IHttpAuthenticationFeature
{
    /// <summary>What was sent along is no token, or none that lets anybody in: even public reads answer 401 then.</summary>
    public static readonly Caller WithBadToken = new Withheld(null);

    /// <summary>Null when it is no good.</summary>
    public abstract LiveToken? Token { get; }

    /// <summary>Null when it opens nothing here, or is an app's alone.</summary>
    public abstract CurrentUser? User { get; }

    /// <summary>Nobody asks for claims here; the host makes some for whoever does.</summary>
    ClaimsPrincipal? IHttpAuthenticationFeature.User
    {
        get => null;
        set
        {
            if (value?.Identity is { IsAuthenticated: true })
            {
                throw new NotSupportedException("who sends a request is said by its token alone");
            }
        }
    }

    /// <summary>Whose token does not let its person in where this request goes.</summary>
    public static Caller WithoutPerson(LiveToken token) => new Withheld(token);

    private sealed class Withheld(LiveToken? token) : Caller
    {
        public override LiveToken? Token => token;
        public override CurrentUser? User => null;
    }
}

internal static class CallerOfRequest
{
    /// <summary>Null when no token was sent along.</summary>
    public static Caller? Caller(this HttpContext context) => context.Features.Get<IHttpAuthenticationFeature>() as Caller;

    public static void SetCaller(this HttpContext context, Caller? caller) => context.Features.Set<IHttpAuthenticationFeature>(caller);

    /// <summary>The signed-in person, null for a stranger or a token of an app alone.</summary>
    public static CurrentUser? User(this HttpContext context) => context.Caller()?.User;
}
