using System.Collections.Frozen;
using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>A token that lets somebody in, as it is remembered, with all that requests ask of it and no more: there is one for everybody who is here.</summary>
internal sealed class LiveToken
{
    // What apps ask for: one text for all who have it.
    private static readonly FrozenSet<string> UsualScopes = FrozenSet.Create(CurrentUser.SessionScopes, "read write follow", "read write push", "read write", "read");

    // The one until somebody has come with the secret, the other from then on: it is hashed once, and not on each request.
    private byte[]? hash;
    private byte[]? secret;

    /// <param name="account">Null for a token of an app alone.</param>
    public LiveToken(AccessToken token, Account? account)
    {
        var scopes = UsualScopes.TryGetValue(token.Scopes, out var usual) ? usual : token.Scopes;
        hash = token.SecretHash;
        Token = token with { SecretHash = [], Scopes = scopes, UserAgent = "", Address = "", RedirectUri = null, Challenge = null };
        User = account is null ? null : new(
            account.Id, account.Username, account.Role, token.Id, token.AppId, IsSession ? CurrentUser.SessionScopes : scopes, IsSession);
        OpensPages = IsSession || CurrentUser.SessionScopes.Split(' ').All(scope => CurrentUser.Covers(scopes, scope));
    }

    /// <summary>Without its secret's hash, and without the words of the browser that it was last seen with.</summary>
    public AccessToken Token { get; }

    /// <summary>For whom it speaks; null for a token of an app alone.</summary>
    public CurrentUser? User { get; }

    public bool IsSession => Token.Kind == TokenKind.Session;

    /// <summary>Pages ask for no scope: an app's token opens them only if it was given all.</summary>
    public bool OpensPages { get; }

    /// <summary>Whether both say the same, whatever has been proven by them.</summary>
    /// <param name="loaded">By which nothing was proven yet.</param>
    public bool SaysTheSameAs(LiveToken loaded) =>
        (User?.Id, User?.Username, User?.Role) == (loaded.User?.Id, loaded.User?.Username, loaded.User?.Role) && Token == loaded.Token && CryptographicOperations.FixedTimeEquals(Hash(), loaded.Hash());

    /// <summary>Whether this text has the token's secret in it. Takes as long, however much of it is right.</summary>
    public bool IsProvenBy(ReadOnlySpan<char> bearer)
    {
        Span<byte> given = stackalloc byte[TokenTable.SecretBytes];
        if (!TokenTable.TryReadSecret(bearer, given))
        {
            return false;
        }
        if (Volatile.Read(ref secret) is { } known)
        {
            return CryptographicOperations.FixedTimeEquals(known, given);
        }
        if (!CryptographicOperations.FixedTimeEquals(Hash(), SHA256.HashData(given)))
        {
            return false;
        }
        Volatile.Write(ref secret, given.ToArray());
        Volatile.Write(ref hash, null); // Only now, so that there is always one of them.
        return true;
    }

    private byte[] Hash() => Volatile.Read(ref hash) ?? SHA256.HashData(Volatile.Read(ref secret)!);
}
