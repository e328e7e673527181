using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>/settings: what a person sets about themselves. In the browser only: no app's token opens these.</summary>
internal static class SettingsPages
{
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/settings").RequireSession().AddEndpointFilter(async (call, next) =>
            call.HttpContext.User() is { ByCookie: true } ? await next(call) : ApiError.Forbidden("Settings are changed in the browser"));
        settings.MapGet("", ShowProfileAsync);
        settings.MapPost("", SaveProfileAsync);
        settings.MapGet("/account", async (HttpContext context, CurrentUser? user, Pages pages, AccountTable accounts, CancellationToken cancel) =>
            await ShowAccountAsync(context, pages, (await accounts.FindAsync(user!.Id, cancel))!, FormErrors.None));
        settings.MapPost("/email", ChangeEmailAsync);
        settings.MapPost("/password", ChangePasswordAsync);
        settings.MapGet("/privacy", ShowPrivacyAsync);
        settings.MapPost("/privacy", SavePrivacyAsync);
        settings.MapGet("/sessions", SessionsPages.ShowAsync);
        settings.MapPost("/sessions/{id}/revoke", SessionsPages.RevokeAsync);
        settings.MapPost("/apps/{id}/revoke", SessionsPages.RevokeAsync);
        settings.MapGet("/delete", (HttpContext context, Pages pages, Settings all) =>
            pages.ShowAsync<DeleteAccountPage>(context, new DeleteAccountView(all.Accounts.RestoreDays, FormErrors.None)));
        settings.MapPost("/delete", DeleteAsync);
    }

    private static async Task<IResult> ShowProfileAsync(HttpContext context, CurrentUser? user, Pages pages, AccountTable accounts, People people, CancellationToken cancel)
    {
        var account = (await accounts.FindAsync(user!.Id, cancel))!;
        return await pages.ShowAsync<ProfileSettingsPage>(context, new ProfileSettingsView(
            account.DisplayName, account.Bio, account.Website, await AvatarOfAsync(people, user.Id, cancel), FormErrors.None));
    }

    private static async Task<IResult> SaveProfileAsync(HttpContext context, Parameters form, CurrentUser? user, Pages pages, ProfileEdit edit, People people, CancellationToken cancel)
    {
        var (name, bio, website) = (form.Text("displayName") ?? "", form.Text("bio") ?? "", form.Text("website") ?? "");
        var problems = await edit.SaveAsync(user!.Id, account => account with
        {
            DisplayName = name, Bio = bio, Website = website,
            AvatarId = form.Flag("removeAvatar") ? null : account.AvatarId, AvatarSecret = form.Flag("removeAvatar") ? null : account.AvatarSecret,
        }, form.Files["avatar"], cancel);
        if (problems.Count > 0)
        {
            return await pages.ShowAsync<ProfileSettingsPage>(
                context, new ProfileSettingsView(name, bio, website, await AvatarOfAsync(people, user.Id, cancel), problems.AsFormErrors()), StatusCodes.Status422UnprocessableEntity);
        }
        return Saved(context, form, "/settings");
    }

    private static async Task<IResult> ChangeEmailAsync(HttpContext context, Parameters form, CurrentUser? user, Pages pages, AccountTable accounts, LogIn logIn, CancellationToken cancel)
    {
        var email = (form.Text("email") ?? "").Trim();
        var account = (await accounts.FindAsync(user!.Id, cancel))!;
        var shown = account with { Email = email };
        if (SignUp.ProblemWithEmail(email) is { } problem)
        {
            return await ShowAccountAsync(context, pages, shown, FormErrors.Of("email", problem.Text));
        }
        switch (await logIn.ConfirmAsync(account, form.Text("password") ?? "", context))
        {
            case LogInOutcome.TooMany(var wait):
                return RateLimits.TooMany(context, wait);
            case LogInOutcome.Refused:
                return await ShowAccountAsync(context, pages, shown, FormErrors.Of("password", "This is not your password."));
            default:
                await accounts.ChangeEmailAsync(account, email, cancel);
                return Saved(context, form, "/settings/account");
        }
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, Parameters form, CurrentUser? user, Pages pages, AccountTable accounts, LogIn logIn, PasswordHasher hasher, Sessions sessions, CancellationToken cancel)
    {
        var password = form.Text("newPassword") ?? "";
        var account = (await accounts.FindAsync(user!.Id, cancel))!;
        if (PasswordRules.ProblemWith(password, account.Username, account.Email, account.DisplayName) is { } problem)
        {
            return await ShowAccountAsync(context, pages, account, FormErrors.Of("newPassword", problem.Text));
        }
        switch (await logIn.ConfirmAsync(account, form.Text("currentPassword") ?? "", context))
        {
            case LogInOutcome.TooMany(var wait):
                return RateLimits.TooMany(context, wait);
            case LogInOutcome.Refused:
                return await ShowAccountAsync(context, pages, account, FormErrors.Of("currentPassword", "This is not your password."));
        }
        // Read anew: confirming may have replaced an outdated hash.
        account = (await accounts.FindAsync(user.Id, cancel))!;
        if (!await accounts.ChangePasswordAsync(account, await hasher.HashAsync(password), cancel))
        {
            return await ShowAccountAsync(context, pages, account, FormErrors.Of("", "The password was changed elsewhere at the same moment. Nothing was saved here."));
        }
        await sessions.RevokeOthersAsync(user, cancel);
        return Saved(context, form, "/settings/account");
    }

    private static async Task<IResult> ShowPrivacyAsync(HttpContext context, CurrentUser? user, Pages pages, People people, CountTable counts, CancellationToken cancel) =>
        await pages.ShowAsync<PrivacySettingsPage>(context, new PrivacySettingsView(
            (await people.FindAsync(user!.Id, cancel))!.IsPrivate, (int)(await counts.GetAsync([user.Id], cancel))[user.Id].Requests));

    private static async Task<IResult> SavePrivacyAsync(HttpContext context, Parameters form, CurrentUser? user, ProfileEdit edit, CancellationToken cancel)
    {
        await edit.SaveAsync(user!.Id, account => account with { IsPrivate = form.Flag("private") }, null, cancel);
        return Saved(context, form, "/settings/privacy");
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, Parameters form, CurrentUser? user, Pages pages, AccountTable accounts, LogIn logIn, DeletedAccounts deleted, Settings settings, CancellationToken cancel)
    {
        var account = (await accounts.FindAsync(user!.Id, cancel))!;
        var typed = (form.Text("username") ?? "").Trim().TrimStart('@');
        var refusal = typed.Equals(account.Username, StringComparison.OrdinalIgnoreCase)
            ? await logIn.ConfirmAsync(account, form.Text("password") ?? "", context) switch
            {
                LogInOutcome.TooMany(var wait) => RateLimits.TooMany(context, wait),
                LogInOutcome.Refused => await AgainAsync("password", "This is not your password."),
                _ => null,
            }
            : await AgainAsync("username", "This is not your username.");
        if (refusal is not null)
        {
            return refusal;
        }
        await deleted.DeleteAsync(account, cancel);
        SessionCookie.Clear(context, settings);
        Notices.AccountDeleted(context);
        return Pages.Done(context, "/", "/");

        Task<IResult> AgainAsync(string field, string text) => pages.ShowAsync<DeleteAccountPage>(
            context, new DeleteAccountView(settings.Accounts.RestoreDays, FormErrors.Of(field, text)), StatusCodes.Status422UnprocessableEntity);
    }

    private static Task<IResult> ShowAccountAsync(HttpContext context, Pages pages, Account account, FormErrors errors) =>
        pages.ShowAsync<AccountSettingsPage>(
            context, new AccountSettingsView(account.Username, account.Email, errors), errors.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    private static async Task<string> AvatarOfAsync(People people, AccountId id, CancellationToken cancel) => (await people.FindAsync(id, cancel))!.AvatarUrl;

    private static IResult Saved(HttpContext context, Parameters form, string fallback)
    {
        Notices.Saved(context);
        return Pages.Done(context, form.Text("returnUrl"), fallback);
    }
}
