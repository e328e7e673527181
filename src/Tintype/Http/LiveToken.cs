using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>A token that lets somebody in, as it is remembered, with all that requests ask of it and no more: there is one for everybody who is here.</summary>
/// <param name="Token">Without the words of the browser that it was last seen with.</param>
/// <param name="User">For whom it speaks; null for a token of an app alone.</param>
internal sealed record LiveToken(AccessToken Token, CurrentUser? User)
{
    private string? proof;

    /// <param name="account">Null for a token of an app alone.</param>
    public static LiveToken Of(AccessToken token, Account? account) => new(
        token with { UserAgent = "", Address = "", RedirectUri = null, Challenge = null },
        account is null ? null : new(
            account.Id, account.Username, account.Role, token.Id, token.AppId,
            token.Kind == TokenKind.Session ? CurrentUser.SessionScopes : token.Scopes, token.Kind == TokenKind.Session));

    public bool IsSession => Token.Kind == TokenKind.Session;

    /// <summary>Pages ask for no scope: an app's token opens them only if it was given all.</summary>
    public bool OpensPages { get; } = Token.Kind == TokenKind.Session || CurrentUser.SessionScopes.Split(' ').All(scope => CurrentUser.Covers(Token.Scopes, scope));

    /// <summary>Whether both say the same, whatever has been proven by them.</summary>
    public bool SaysTheSameAs(LiveToken other) =>
        User == other.User && Token == other.Token with { SecretHash = Token.SecretHash } && Token.SecretHash.AsSpan().SequenceEqual(other.Token.SecretHash);

    /// <summary>
    /// Whether this text has the token's secret in it. One that has proven so is kept in memory beside the row, so that it is hashed once and not
    /// on each request; whatever is compared with it takes as long, however much of it is right.
    /// </summary>
    public bool IsProvenBy(ReadOnlySpan<char> bearer)
    {
        if (Volatile.Read(ref proof) is { } known && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(known.AsSpan()), MemoryMarshal.AsBytes(bearer)))
        {
            return true;
        }
        if (!TokenTable.TryRead(bearer, out _, out var secret) || !TokenTable.Matches(Token, secret))
        {
            return false;
        }
        Volatile.Write(ref proof, bearer.ToString());
        return true;
    }
}
