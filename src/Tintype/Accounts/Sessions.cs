using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>Sessions of browsers: begun with a fresh secret at every log-in, ended at once when revoked.</summary>
internal sealed class Sessions(TokenTable tokens, Authentication authentication, TimeProvider time, Settings settings)
{
    /// <summary>Signs a browser in. Whatever session it came with ends: a secret from before the log-in is worth nothing after it.</summary>
    public async Task StartAsync(HttpContext context, Account account)
    {
        await RevokeCurrentAsync(context);
        var now = time.GetUtcNow();
        await tokens.DropStaleAsync(account.Id, now, now.AddDays(-settings.Accounts.SessionDays), context.RequestAborted);
        var (bearer, _) = await tokens.IssueAsync(account.Id.Shard, new AccessToken
        {
            Kind = TokenKind.Session, AccountId = account.Id, Scopes = CurrentUser.SessionScopes, CreatedAt = now, LastUsedAt = now,
            UserAgent = Authentication.UserAgent(context), Address = ClientAddress.Of(context),
        }, context.RequestAborted);
        SessionCookie.Write(context, bearer, settings);
    }

    /// <summary>Signs this browser out, if it is signed in.</summary>
    public async Task EndAsync(HttpContext context)
    {
        await RevokeCurrentAsync(context);
        SessionCookie.Clear(context, settings);
    }

    /// <returns>False when the person has no such session or app token.</returns>
    public async Task<bool> RevokeAsync(TokenId id, AccountId owner, CancellationToken cancel)
    {
        var revoked = await tokens.RevokeAsync(id, owner, cancel);
        if (revoked)
        {
            await authentication.RevokedAsync(id);
        }
        return revoked;
    }

    /// <summary>Logs all other browsers out: after the password changed.</summary>
    public async Task RevokeOthersAsync(CurrentUser user, CancellationToken cancel) =>
        await authentication.RevokedAsync(await tokens.RevokeOtherSessionsAsync(user.Id, user.TokenId, cancel));

    private async Task RevokeCurrentAsync(HttpContext context)
    {
        if (context.User() is { ByCookie: true } user)
        {
            await RevokeAsync(user.TokenId, user.Id, context.RequestAborted);
        }
    }
}
