using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>A token that lets somebody in, as it is remembered, with all that requests ask of it.</summary>
/// <param name="Account">Whom it speaks for; null for a token of an app alone.</param>
internal sealed record LiveToken(AccessToken Token, Account? Account)
{
    private string? proof;

    public bool IsSession => Token.Kind == TokenKind.Session;

    public CurrentUser? User { get; } = Account is null ? null : new(
        Account.Id, Account.Username, Account.Role, Token.Id, Token.AppId,
        Token.Kind == TokenKind.Session ? CurrentUser.SessionScopes : Token.Scopes, Token.Kind == TokenKind.Session);

    /// <summary>Pages ask for no scope: an app's token opens them only if it was given all.</summary>
    public bool OpensPages { get; } = Token.Kind == TokenKind.Session || CurrentUser.SessionScopes.Split(' ').All(scope => CurrentUser.Covers(Token.Scopes, scope));

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
