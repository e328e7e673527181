using System.Reflection;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>Who sends this request, found once per request from the bearer token or the session cookie.</summary>
internal sealed class CurrentUser(AccountId id, string username, AccountRole role, LiveToken token)
{
    public const string SessionScopes = "read write follow push";

    /// <summary>What each of their requests asks for, at hand since it was found last.</summary>
    [Derived]
    public Held<Relations>? RelationsAtHand;

    /// <inheritdoc cref="RelationsAtHand"/>
    [Derived]
    public RateWindow? RequestsAtHand;

    public AccountId Id => id;
    public string Username => username;
    public AccountRole Role => role;
    public TokenId TokenId => token.Id;
    public AppId? AppId => token.AppId;

    /// <inheritdoc cref="LiveToken.Scopes"/>
    public string Scopes => token.Scopes;

    /// <summary>True for a browser session: unsafe requests then need an antiforgery token.</summary>
    public bool ByCookie => token.IsSession;

    /// <summary>Whether a scope such as "write:statuses" is covered by those granted: itself, or its whole family.</summary>
    public bool Has(string scope) => Covers(Scopes, scope);

    /// <param name="scopes">Those granted, between blanks.</param>
    public static bool Covers(ReadOnlySpan<char> scopes, ReadOnlySpan<char> scope)
    {
        var colon = scope.IndexOf(':');
        var family = colon < 0 ? scope : scope[..colon];
        var isOfFollow = scope[(colon + 1)..] is "follows" or "blocks" or "mutes" && colon > 0;
        foreach (var range in scopes.Split(' '))
        {
            var granted = scopes[range];
            if (!granted.IsEmpty && (granted.SequenceEqual(scope) || granted.SequenceEqual(family) || (isOfFollow && granted is "follow")))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Binds a handler's parameter; null when nobody is signed in. A handler behind RequireUser may take it as not null.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(context.User());
}

internal static class CurrentUserOfRequest
{
    /// <summary>Lets only people in whose token has <paramref name="scope"/>: otherwise 401 or 403 as JSON.</summary>
    public static TBuilder RequireUser<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) => Refusal(context.HttpContext, scope) ?? await next(context));

    /// <summary>For handlers that are too busy for filters: the answer to whoever is not let in, null for whoever is.</summary>
    public static IResult? Refusal(HttpContext context, string scope) => context.User() switch
    {
        null => ApiError.Unauthorized(context),
        { } user when !user.Has(scope) => ApiError.OutsideScopes(),
        _ => null,
    };

    /// <summary>For reads that strangers may make too. A bearer token that is no good answers 401 all the same, one without <paramref name="scope"/> 403.</summary>
    public static TBuilder AllowStrangers<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Caller() == Caller.WithBadToken ? ApiError.Unauthorized(context.HttpContext)
            : context.HttpContext.User() is { } user && !user.Has(scope) ? ApiError.OutsideScopes()
            : await next(context));

    /// <summary>For pages: a stranger is sent to log in and comes back here afterwards.</summary>
    public static TBuilder RequireSession<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.User() is not null)
            {
                return await next(context);
            }
            if (http.WantsJson())
            {
                return ApiError.Unauthorized(http);
            }
            var back = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/";
            return Results.LocalRedirect($"/login?returnUrl={Uri.EscapeDataString(back)}");
        });

    /// <summary>Whether the caller is a script that wants JSON rather than a page.</summary>
    public static bool WantsJson(this HttpContext context) =>
        context.Request.Headers.Accept.ToString().StartsWith("application/json", StringComparison.Ordinal);
}
