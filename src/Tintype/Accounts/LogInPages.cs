using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>/login and /logout, and /restore for those who log in to an account that they deleted.</summary>
internal static class LogInPages
{
    public static void MapLogIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", (HttpContext context, Parameters query, Pages pages) =>
            pages.ShowAsync<LogInPage>(context, new LogInView("", query.Text("returnUrl"), FormErrors.None)));
        routes.MapPost("/login", SendAsync);
        routes.MapPost("/logout", LogOutAsync);
        routes.MapGet("/restore", ShowRestoreAsync);
        routes.MapPost("/restore", RestoreAsync);
        routes.MapPost("/restore/cancel", (HttpContext context, RestoreTicket ticket) =>
        {
            ticket.TakeAway(context);
            return Pages.Done(context, "/", "/");
        });
    }

    private static async Task<IResult> SendAsync(HttpContext context, Parameters form, Pages pages, LogIn logIn, Sessions sessions, RestoreTicket ticket)
    {
        var (login, back) = (form.Text("login") ?? "", form.Text("returnUrl"));
        switch (await logIn.TryAsync(login, form.Text("password") ?? "", context))
        {
            case LogInOutcome.Welcome(var account):
                await sessions.StartAsync(context, account);
                return Pages.Done(context, back, "/");
            case LogInOutcome.Deleted(var account):
                ticket.Give(context, account.Id);
                return Pages.Done(context, "/restore", "/restore");
            case LogInOutcome.TooMany(var wait):
                return RateLimits.TooMany(context, wait);
            default:
                return await pages.ShowAsync<LogInPage>(context, new LogInView(login, back, FormErrors.Of("", LogIn.Wrong)), StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, Sessions sessions)
    {
        await sessions.EndAsync(context);
        return Pages.Done(context, "/", "/");
    }

    private static async Task<IResult> ShowRestoreAsync(HttpContext context, Pages pages, RestoreTicket ticket, AccountTable accounts, Settings settings, CancellationToken cancel) =>
        ticket.Of(context) is { } id && await accounts.FindAsync(id, cancel) is { State: AccountState.Deleted, DeletedAt: { } deletedAt } account
            ? await pages.ShowAsync<RestorePage>(context, new RestoreView(account.Username, deletedAt.AddDays(settings.Accounts.RestoreDays)))
            : Results.LocalRedirect("/login");

    private static async Task<IResult> RestoreAsync(HttpContext context, RestoreTicket ticket, DeletedAccounts deleted, Sessions sessions, CancellationToken cancel)
    {
        if (ticket.Of(context) is not { } id || await deleted.RestoreAsync(id, cancel) is not { } account)
        {
            return Results.LocalRedirect("/login");
        }
        ticket.TakeAway(context);
        await sessions.StartAsync(context, account);
        Notices.AccountRestored(context);
        return Pages.Done(context, "/", "/");
    }
}
