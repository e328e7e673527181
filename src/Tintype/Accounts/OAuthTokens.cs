using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>Issues authorization codes and tokens, and redeems the former for the latter. Tokens do not expire; they are revoked.</summary>
internal sealed class OAuthTokens(TokenTable tokens, Authentication authentication, TimeProvider time)
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>A code that lets one app, at one address, get a token of this person once.</summary>
    public async Task<string> IssueCodeAsync(AccountId account, ClientApp app, string scopes, string redirectUri, string? challenge, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (code, _) = await tokens.IssueAsync(account.Shard, new AccessToken
        {
            Kind = TokenKind.AuthorizationCode, AccountId = account, AppId = app.Id, Scopes = scopes, CreatedAt = now, LastUsedAt = now,
            ExpiresAt = now + CodeLifetime, RedirectUri = redirectUri, Challenge = challenge,
        }, cancel);
        return code;
    }

    /// <returns>Null when the code is no good for this app and address, was used before, or the verifier is wrong; it is used up then too.</returns>
    public async Task<TokenEntity?> RedeemAsync(string code, ClientApp app, string redirectUri, string? verifier, CancellationToken cancel)
    {
        if (!TokenTable.TryRead(code, out var id, out var secret) || await tokens.FindAsync(id, cancel) is not { Kind: TokenKind.AuthorizationCode } row
            || !TokenTable.Matches(row, secret) || row.AppId != app.Id)
        {
            return null;
        }
        // Whoever takes the row away redeems the code: of two requests at once, one.
        var isFirst = await tokens.RevokeAsync(id, cancel);
        return isFirst && row.ExpiresAt > time.GetUtcNow() && row.RedirectUri == redirectUri && Proves(verifier, row.Challenge)
            ? await IssueAsync(row.AccountId!.Value, app, row.Scopes, cancel)
            : null;
    }

    public async Task<TokenEntity> IssueAsync(AccountId account, ClientApp app, string scopes, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (bearer, _) = await tokens.IssueAsync(account.Shard, new AccessToken
        {
            Kind = TokenKind.OAuth, AccountId = account, AppId = app.Id, Scopes = scopes, CreatedAt = now, LastUsedAt = now,
        }, cancel);
        return new TokenEntity(bearer, "Bearer", scopes, now.ToUnixTimeSeconds());
    }

    /// <summary>A token of the app itself: enough to sign people up with, and to read what is public.</summary>
    public async Task<TokenEntity> IssueForAppAsync(ClientApp app, string scopes, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (bearer, _) = await tokens.IssueAsync(app.Id.Shard, new AccessToken
        {
            Kind = TokenKind.AppOnly, AppId = app.Id, Scopes = scopes, CreatedAt = now, LastUsedAt = now,
        }, cancel);
        return new TokenEntity(bearer, "Bearer", scopes, now.ToUnixTimeSeconds());
    }

    /// <returns>False when the token is another app's. A token that is not there, or not any more, is as good as revoked.</returns>
    public async Task<bool> RevokeAsync(string bearer, ClientApp app, CancellationToken cancel)
    {
        if (!TokenTable.TryRead(bearer, out var id, out var secret) || await tokens.FindAsync(id, cancel) is not { } row || !TokenTable.Matches(row, secret))
        {
            return true;
        }
        if (row.AppId != app.Id)
        {
            return false;
        }
        await tokens.RevokeAsync(id, cancel);
        await authentication.RevokedAsync(id);
        return true;
    }

    // PKCE (RFC 7636), S256 only: a verifier is asked for exactly when a challenge was set.
    private static bool Proves(string? verifier, string? challenge) =>
        challenge is null
            ? verifier is null
            : verifier is not null && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)))), Encoding.ASCII.GetBytes(challenge));
}

/// <param name="CreatedAt">Unix seconds.</param>
internal sealed record TokenEntity(string AccessToken, string TokenType, string Scope, long CreatedAt);
