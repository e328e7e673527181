using System.Globalization;
using Tintype.Http;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>/signup: joining.</summary>
internal static class SignUpPages
{
    public static void MapSignUp(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signup", ShowAsync);
        routes.MapPost("/signup", SendAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Parameters query, Pages pages, SignUp signUp, CancellationToken cancel) =>
        context.User() is { ByCookie: true } ? Results.LocalRedirect("/")
        : await signUp.IsOpenAsync(cancel)
            ? await pages.ShowAsync<SignUpPage>(context, new SignUpView("", "", "", "", query.Text("returnUrl"), await signUp.IsFirstAsync(cancel), FormErrors.None))
            : ErrorPages.Answer(403, "Signing up is closed here. Ask the owner to let you in.");

    private static async Task<IResult> SendAsync(HttpContext context, Parameters form, Pages pages, SignUp signUp, Sessions sessions, CancellationToken cancel)
    {
        var (username, email, name, year, back) = (form.Text("username") ?? "", form.Text("email") ?? "", form.Text("displayName") ?? "", form.Text("birthYear") ?? "", form.Text("returnUrl"));
        // Unreadable or missing: year 0, which is refused. Pages always ask.
        var outcome = await signUp.TryAsync(
            new SignUpForm(username, email, form.Text("password") ?? "", name, int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0), context);
        if (outcome is SignUpOutcome.Welcome(var account))
        {
            await sessions.StartAsync(context, account);
            return Pages.Done(context, back, "/");
        }
        return outcome switch
        {
            SignUpOutcome.TooMany(var wait) => RateLimits.TooMany(context, wait),
            SignUpOutcome.Refused(var problems) => await pages.ShowAsync<SignUpPage>(
                context, new SignUpView(username, email, name, year, back, await signUp.IsFirstAsync(cancel), problems.AsFormErrors()), StatusCodes.Status422UnprocessableEntity),
            _ => ErrorPages.Answer(403, "Signing up is closed here. Ask the owner to let you in."),
        };
    }
}
