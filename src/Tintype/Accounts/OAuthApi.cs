using System.Text;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>The machine's side of OAuth 2 (RFC 6749, 7009, 8414): tokens for apps, and where everything is.</summary>
internal static class OAuthApi
{
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", TokenAsync);
        routes.MapPost("/oauth/revoke", RevokeAsync);
        routes.MapGet("/.well-known/oauth-authorization-server", Metadata).KeptForEverybody();
    }

    private static async Task<IResult> TokenAsync(
        HttpContext context, Parameters form, ClientAppTable apps, OAuthTokens tokens, LogIn logIn, Settings settings, CancellationToken cancel)
    {
        if (await ClientAsync(context, form, apps, cancel) is not { } app)
        {
            return Error(401, "invalid_client", "Client authentication failed: unknown client, or a wrong secret.");
        }
        return form.Text("grant_type") switch
        {
            "authorization_code" => await tokens.RedeemAsync(form.Text("code") ?? "", app, form.Text("redirect_uri") ?? "", form.Text("code_verifier"), cancel) is { } token
                ? ApiJson.Ok(token)
                : Error(400, "invalid_grant", "The code is invalid, expired, used before, or was issued to another app or address."),
            "client_credentials" => Asked(form, app) is { } scopes
                ? ApiJson.Ok(await tokens.IssueForAppAsync(app, string.Join(' ', scopes), cancel))
                : Error(400, "invalid_scope", "The app was not registered for this scope."),
            "password" when settings.Accounts.PasswordGrant => await PasswordAsync(context, form, app, tokens, logIn),
            _ => Error(400, "unsupported_grant_type", "This grant type is not supported here."),
        };
    }

    private static async Task<IResult> PasswordAsync(HttpContext context, Parameters form, ClientApp app, OAuthTokens tokens, LogIn logIn)
    {
        if (Asked(form, app) is not { } scopes)
        {
            return Error(400, "invalid_scope", "The app was not registered for this scope.");
        }
        return await logIn.TryAsync(form.Text("username") ?? "", form.Text("password") ?? "", context) switch
        {
            LogInOutcome.Welcome(var account) => ApiJson.Ok(await tokens.IssueAsync(account.Id, app, OAuthScopes.Grantable(scopes, account.Role), context.RequestAborted)),
            LogInOutcome.TooMany(var wait) => RateLimits.TooMany(context, wait),
            _ => Error(400, "invalid_grant", LogIn.Wrong),
        };
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, Parameters form, ClientAppTable apps, OAuthTokens tokens, CancellationToken cancel)
    {
        if (await ClientAsync(context, form, apps, cancel) is not { } app)
        {
            return Error(401, "invalid_client", "Client authentication failed: unknown client, or a wrong secret.");
        }
        return await tokens.RevokeAsync(form.Text("token") ?? "", app, cancel)
            ? ApiJson.Empty()
            : Error(403, "unauthorized_client", "You are not authorized to revoke this token");
    }

    private static IResult Metadata(Settings settings) => ApiJson.Ok(new
    {
        issuer = $"{settings.PublicUrl}/",
        authorizationEndpoint = $"{settings.PublicUrl}/oauth/authorize",
        tokenEndpoint = $"{settings.PublicUrl}/oauth/token",
        revocationEndpoint = $"{settings.PublicUrl}/oauth/revoke",
        appRegistrationEndpoint = $"{settings.PublicUrl}/api/v1/apps",
        serviceDocumentation = $"{settings.PublicUrl}/api/docs",
        scopesSupported = OAuthScopes.Supported,
        responseTypesSupported = new[] { "code" },
        responseModesSupported = new[] { "query" },
        codeChallengeMethodsSupported = new[] { "S256" },
        grantTypesSupported = settings.Accounts.PasswordGrant ? ["authorization_code", "client_credentials", "password"] : new[] { "authorization_code", "client_credentials" },
        tokenEndpointAuthMethodsSupported = new[] { "client_secret_basic", "client_secret_post" },
    });

    private static IReadOnlyList<string>? Asked(Parameters form, ClientApp app) =>
        OAuthScopes.Parse(form.Text("scope")) is { } scopes && OAuthScopes.Covers(app.Scopes, scopes) ? scopes : null;

    /// <summary>The app that proves itself by HTTP Basic or by parameters.</summary>
    private static async Task<ClientApp?> ClientAsync(HttpContext context, Parameters form, ClientAppTable apps, CancellationToken cancel)
    {
        var (id, secret) = Basic(context.Request.Headers.Authorization.ToString()) ?? (form.Text("client_id") ?? "", form.Text("client_secret") ?? "");
        return await apps.FindAsync(id, cancel) is { } app && ClientAppTable.Matches(app, secret) ? app : null;
    }

    private static (string Id, string Secret)? Basic(string header)
    {
        var bytes = new byte[header.Length];
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
        {
            return null;
        }
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts is [var id, var secret] ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)) : null;
    }

    private static IResult Error(int status, string error, string errorDescription) =>
        Results.Json(new { error, errorDescription }, ApiJson.Options, statusCode: status);
}
