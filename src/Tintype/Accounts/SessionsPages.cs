using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>/settings/sessions: who is in, and how to get them out.</summary>
internal static class SessionsPages
{
    public static async Task<IResult> ShowAsync(HttpContext context, CurrentUser? user, Pages pages, TokenTable tokens, ClientAppTable apps, CancellationToken cancel)
    {
        var held = await tokens.OfAsync(user!.Id, cancel);
        var names = (await apps.GetAsync([.. held.Select(token => token.AppId).OfType<AppId>().Distinct()], cancel)).ToDictionary(app => app.Id, app => app.Name);
        return await pages.ShowAsync<SessionsPage>(context, new SessionsView(
            [.. held.Where(token => token.Kind == TokenKind.Session).OrderByDescending(token => token.Id == user.TokenId).ThenByDescending(token => token.LastUsedAt)
                .Select(token => new SessionView(
                    token.Id.ToString(), Device.Of(token.UserAgent), token.Address.Length > 0 ? token.Address : null, token.LastUsedAt, token.Id == user.TokenId))],
            [.. held.Where(token => token.Kind == TokenKind.OAuth).Select(token => new AppGrantView(
                token.Id.ToString(), token.AppId is { } app && names.TryGetValue(app, out var name) ? name : "A token made by the operator", token.Scopes.Split(' '), token.CreatedAt))]));
    }

    public static async Task<IResult> RevokeAsync(HttpContext context, Parameters form, string id, CurrentUser? user, Sessions sessions, CancellationToken cancel)
    {
        if (!TokenId.TryParse(id, null, out var token) || !await sessions.RevokeAsync(token, user!.Id, cancel))
        {
            return context.WantsJson() ? ApiError.NotFound() : ErrorPages.Answer(404, "There is no such session: it has ended already.");
        }
        Notices.Saved(context);
        return Pages.Done(context, form.Text("returnUrl"), "/settings/sessions");
    }
}
