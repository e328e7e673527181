using System.Globalization;
using Tintype.Http;
using Tintype.Storage.Model;

namespace Tintype.Accounts;

/// <summary>Signing up and one's own account, for apps.</summary>
internal static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts", SignUpAsync);
        routes.MapGet("/api/v1/accounts/verify_credentials", VerifyAsync);
        routes.MapPatch("/api/v1/accounts/update_credentials", UpdateAsync).RequireUser("write:accounts");
        routes.MapGet("/api/v1/preferences", PreferencesAsync).RequireUser("read:accounts");
    }

    private static async Task<IResult> SignUpAsync(
        HttpContext context, Parameters form, SignUp signUp, OAuthTokens tokens, Storage.Tables.ClientAppTable apps, CancellationToken cancel)
    {
        if (context.Caller()?.Token is not { AppId: { } appId } token || (await apps.GetAsync([appId], cancel)) is not [var app])
        {
            return ApiError.Json(401, "The access token is invalid");
        }
        if (!OAuthScopes.Covers(token.Scopes, ["write:accounts"]))
        {
            return ApiError.OutsideScopes();
        }
        if (!form.Flag("agreement"))
        {
            return new[] { new FieldProblem("agreement", "ERR_ACCEPTED", "The terms, and that you are old enough, must be agreed to.") }.AsApiError();
        }
        return await signUp.TryAsync(
            new SignUpForm(
                form.Text("username") ?? "", form.Text("email") ?? "", form.Text("password") ?? "", form.Text("display_name") ?? "",
                BirthYear(form.Text("date_of_birth")), Language(form.Text("locale"))), context) switch
        {
            SignUpOutcome.Welcome(var account) => ApiJson.Ok(await tokens.IssueAsync(account.Id, app, token.Scopes, cancel)),
            SignUpOutcome.Refused(var problems) => problems.AsApiError(),
            SignUpOutcome.TooMany(var wait) => RateLimits.TooMany(context, wait),
            _ => ApiError.Forbidden("Signing up is closed here"),
        };
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, CurrentUser? user, CredentialAccounts accounts, CancellationToken cancel) =>
        user is null ? ApiError.Unauthorized(context)
        : !user.Has("read:accounts") && !user.Has("profile") ? ApiError.OutsideScopes()
        : await accounts.FindAsync(user.Id, cancel) is { } entity ? ApiJson.Ok(entity)
        : ApiError.Unauthorized(context);

    private static async Task<IResult> UpdateAsync(
        Parameters form, CurrentUser? user, ProfileEdit edit, CredentialAccounts accounts, CancellationToken cancel) =>
        await edit.SaveAsync(user!.Id, ProfileEdit.From(form), form.Files["avatar"], cancel) is { Count: > 0 } problems
            ? problems.AsApiError()
            : ApiJson.Ok(await accounts.FindAsync(user.Id, cancel));

    private static async Task<IResult> PreferencesAsync(CurrentUser? user, CredentialAccounts accounts, CancellationToken cancel)
    {
        var source = (await accounts.FindAsync(user!.Id, cancel))?.Source;
        return ApiJson.Ok(new Dictionary<string, object?>
        {
            ["posting:default:visibility"] = source?.Privacy,
            ["posting:default:sensitive"] = false,
            ["posting:default:language"] = source?.Language,
            ["reading:expand:media"] = "default",
            ["reading:expand:spoilers"] = false,
        });
    }

    // Apps that ask for it send a whole date; the year is all that is kept. Unreadable: year 0, which is refused.
    private static int? BirthYear(string? date) =>
        string.IsNullOrWhiteSpace(date) ? null
        : DateOnly.TryParse(date, CultureInfo.InvariantCulture, out var day) ? day.Year
        : 0;

    private static string Language(string? locale) =>
        locale is { Length: > 1 and <= 10 } && locale.All(letter => char.IsAsciiLetter(letter) || letter == '-') ? locale : "en";
}
