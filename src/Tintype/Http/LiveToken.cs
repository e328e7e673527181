using System.Collections.Frozen;
using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>A token that lets somebody in, as it is remembered, with all that requests ask of it and no more: there is one for everybody who is here.</summary>
internal sealed class LiveToken : Caller
{
    // What apps ask for: one text for all who have it.
    private static readonly FrozenSet<string> UsualScopes = FrozenSet.Create(CurrentUser.SessionScopes, "read write follow", "read write push", "read write", "read");

    // The one until somebody has come with the secret, the other from then on: it is hashed once, and not on each request.
    private byte[]? hash;
    private byte[]? secret;

    // Ticks, UTC.
    private readonly long lastUsed, expires;

    /// <param name="token">An app's alone, or with a person's account.</param>
    public LiveToken(BearerToken token)
    {
        (Id, AppId, hash, IsSession) = (token.Id, token.AppId, token.SecretHash, token.Kind == TokenKind.Session);
        (lastUsed, expires) = (token.LastUsedAt.UtcTicks, token.ExpiresAt?.UtcTicks ?? long.MaxValue);
        Scopes = IsSession ? CurrentUser.SessionScopes : UsualScopes.TryGetValue(token.Scopes, out var usual) ? usual : token.Scopes;
        User = token.AccountId is { } person ? new(person, token.Username!, token.Role!.Value, this) : null;
        OpensPages = IsSession || CurrentUser.SessionScopes.Split(' ').All(scope => CurrentUser.Covers(Scopes, scope));
    }

    public TokenId Id { get; }

    /// <summary>Of the app that it was given to; null for a session.</summary>
    public AppId? AppId { get; }

    /// <summary>OAuth scopes; a web session has "read write follow push".</summary>
    public string Scopes { get; }

    public override LiveToken Token => this;

    /// <summary>For whom it speaks; null for a token of an app alone.</summary>
    public override CurrentUser? User { get; }

    public bool IsSession { get; }

    /// <summary>Pages ask for no scope: an app's token opens them only if it was given all.</summary>
    public bool OpensPages { get; }

    /// <summary>How long ago its use was noted last.</summary>
    public TimeSpan UnusedFor(DateTimeOffset now) => new(now.UtcTicks - lastUsed);

    public bool HasExpired(DateTimeOffset now) => expires <= now.UtcTicks;

    /// <summary>Whether both say the same, whatever has been proven by them.</summary>
    /// <param name="loaded">By which nothing was proven yet.</param>
    public bool SaysTheSameAs(LiveToken loaded) =>
        (User?.Id, User?.Username, User?.Role) == (loaded.User?.Id, loaded.User?.Username, loaded.User?.Role)
        && (Id, AppId, IsSession, Scopes, lastUsed, expires) == (loaded.Id, loaded.AppId, loaded.IsSession, loaded.Scopes, loaded.lastUsed, loaded.expires)
        && CryptographicOperations.FixedTimeEquals(Hash(), loaded.Hash());

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
