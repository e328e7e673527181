using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>Registration of apps: open to anybody, worth nothing by itself.</summary>
internal static class AppsApi
{
    private const int MaxName = 100;
    private const int MaxUris = 10;

    public static void MapApps(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/apps", RegisterAsync);
        routes.MapGet("/api/v1/apps/verify_credentials", VerifyAsync);
    }

    private static async Task<IResult> RegisterAsync(Parameters form, ClientAppTable apps, TimeProvider time, CancellationToken cancel)
    {
        var name = form.Text("client_name")?.Trim() ?? "";
        var uris = form.List("redirect_uris").Concat(form.List("redirect_uri"))
            .SelectMany(text => text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)).Distinct().ToList();
        var scopes = OAuthScopes.Parse(form.Text("scopes") ?? form.Text("scope"));
        var website = form.Text("website")?.Trim();
        var wrong = name.Length == 0 ? "Name can't be blank"
            : name.Length > MaxName ? $"Name is too long (maximum is {MaxName} characters)"
            : uris.Count == 0 ? "Redirect URI can't be blank"
            : uris.Count > MaxUris || !uris.All(RedirectUris.IsAllowed) ? "Redirect URI must be an https address, http to this device, an app's own scheme, or urn:ietf:wg:oauth:2.0:oob"
            : scopes is null ? "Scopes doesn't match configured on the server"
            : !string.IsNullOrEmpty(website) && !IsWebsite(website) ? "Website must be a valid URL"
            : null;
        if (wrong is not null)
        {
            return ApiError.Unprocessable($"Validation failed: {wrong}");
        }
        var (app, secret) = await apps.AddAsync(new ClientApp
        {
            Name = name, Website = string.IsNullOrEmpty(website) ? null : website, RedirectUris = string.Join('\n', uris), Scopes = string.Join(' ', scopes!), CreatedAt = time.GetUtcNow(),
        }, cancel);
        return ApiJson.Ok(new RegisteredAppEntity(
            app.Id, app.Name, app.Website, [.. scopes!], [.. uris], app.RedirectUris, app.ClientId, secret, 0, ""));
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, ClientAppTable apps, CancellationToken cancel)
    {
        if (context.Caller()?.Token is not { AppId: { } id } || (await apps.GetAsync([id], cancel)) is not [var app])
        {
            return ApiError.Json(401, "The access token is invalid");
        }
        return ApiJson.Ok(new AppEntity(app.Id, app.Name, app.Website, app.Scopes.Split(' '), app.RedirectUris.Split('\n'), app.RedirectUris, ""));
    }

    private static bool IsWebsite(string text) =>
        text.Length <= 2000 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    private sealed record AppEntity(AppId Id, string Name, string? Website, string[] Scopes, string[] RedirectUris, string RedirectUri, string VapidKey);

    private sealed record RegisteredAppEntity(
        AppId Id, string Name, string? Website, string[] Scopes, string[] RedirectUris, string RedirectUri, string ClientId, string ClientSecret,
        long ClientSecretExpiresAt, string VapidKey);
}
