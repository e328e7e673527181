using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>The person's side of OAuth: log in, see what an app wants, allow it or not.</summary>
internal static class AuthorizePages
{
    private const string Path = "/oauth/authorize";

    /// <summary>What an app asks for, as far as it may be answered at all: the app is known and the address is one of its own.</summary>
    private sealed record Request(ClientApp App, string RedirectUri, string? State, IReadOnlyList<string> Scopes, string? Challenge);

    public static void MapAuthorize(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AskAsync);
        routes.MapPost(Path, DecideAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext context, Parameters query, ClientAppTable apps, Pages pages, CancellationToken cancel)
    {
        var (request, refusal) = await ReadAsync(query, apps, cancel);
        if (request is null)
        {
            return refusal!;
        }
        if (context.User() is not { ByCookie: true } || query.Flag("force_login"))
        {
            var back = Path + QueryString.Create(context.Request.Query.Where(pair => pair.Key != "force_login"));
            return Results.LocalRedirect($"/login?returnUrl={Uri.EscapeDataString(back)}");
        }
        if (RedirectUris.FormTarget(request.RedirectUri) is { } target)
        {
            context.Features.Set(new FormTarget(target));
        }
        var fields = new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = request.App.ClientId, ["redirect_uri"] = request.RedirectUri, ["scope"] = string.Join(' ', request.Scopes),
            ["state"] = request.State, ["code_challenge"] = request.Challenge, ["code_challenge_method"] = request.Challenge is null ? null : "S256",
        };
        return await pages.ShowAsync<AuthorizePage>(context, new AuthorizeView(
            request.App.Name, request.App.Website, RedirectUris.Destination(request.RedirectUri), OAuthScopes.InWords(request.Scopes),
            fields.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!)));
    }

    private static async Task<IResult> DecideAsync(
        HttpContext context, Parameters form, ClientAppTable apps, OAuthTokens tokens, Pages pages, CancellationToken cancel)
    {
        var (request, refusal) = await ReadAsync(form, apps, cancel);
        if (request is null)
        {
            return refusal!;
        }
        if (context.User() is not { ByCookie: true } user)
        {
            return Results.LocalRedirect("/login");
        }
        if (form.Text("decision") != "approve")
        {
            return request.RedirectUri == RedirectUris.OutOfBand
                ? Results.LocalRedirect("/")
                : Results.Redirect(RedirectUris.With(request.RedirectUri, ("error", "access_denied"), ("error_description", "The resource owner denied the request."), ("state", request.State)));
        }
        var scopes = OAuthScopes.Grantable(request.Scopes, user.Role);
        var code = await tokens.IssueCodeAsync(user.Id, request.App, scopes, request.RedirectUri, request.Challenge, cancel);
        return request.RedirectUri == RedirectUris.OutOfBand
            ? await pages.ShowAsync<AuthorizeCodePage>(context, new AuthorizeCodeView(request.App.Name, code))
            : Results.Redirect(RedirectUris.With(request.RedirectUri, ("code", code), ("state", request.State)));
    }

    /// <summary>
    /// An unknown app or address gets an error page here, never a redirect: the address might be anybody's. Every other mistake is
    /// reported to the app at its address.
    /// </summary>
    private static async Task<(Request? Request, IResult? Refusal)> ReadAsync(Parameters parameters, ClientAppTable apps, CancellationToken cancel)
    {
        var redirect = parameters.Text("redirect_uri") ?? "";
        if (await apps.FindAsync(parameters.Text("client_id") ?? "", cancel) is not { } app)
        {
            return (null, ErrorPages.Answer(400, "This app is not known here. Go back to the app and connect it again."));
        }
        if (!app.RedirectUris.Split('\n').Contains(redirect))
        {
            return (null, ErrorPages.Answer(400, "The app asks for an answer at an address that it is not registered with."));
        }
        var state = parameters.Text("state");
        var challenge = parameters.Text("code_challenge");
        var scopes = OAuthScopes.Parse(parameters.Text("scope"));
        var error = parameters.Text("response_type") != "code" ? "unsupported_response_type"
            : scopes is null || !OAuthScopes.Covers(app.Scopes, scopes) ? "invalid_scope"
            : challenge is not null && (parameters.Text("code_challenge_method") != "S256" || challenge.Length != 43) ? "invalid_request"
            : null;
        return error is null ? (new Request(app, redirect, state, scopes!, challenge), null)
            : redirect == RedirectUris.OutOfBand ? (null, ErrorPages.Answer(400, $"The app's request cannot be answered: {error}."))
            : (null, Results.Redirect(RedirectUris.With(redirect, ("error", error), ("state", state))));
    }
}
