namespace Tintype.Storage.Model;

public enum TokenKind { Session = 0, OAuth = 1, AuthorizationCode = 2, AppOnly = 3 }

/// <summary>
/// Something that lets its bearer in: a web session, an OAuth token, an authorization code. Lives on the accounts shard of its id,
/// which is the shard of the account (or client app) it speaks for. Only the SHA-256 of the secret is kept.
/// </summary>
public record AccessToken
{
    public TokenId Id { get; init; }
    public TokenKind Kind { get; init; }
    public byte[] SecretHash { get; init; } = [];
    /// <summary>Null for a token of an app alone.</summary>
    public AccountId? AccountId { get; init; }
    public AppId? AppId { get; init; }
    /// <summary>Space-separated OAuth scopes; a web session has all.</summary>
    public string Scopes { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastUsedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string UserAgent { get; init; } = "";
    public string Address { get; init; } = "";
    /// <summary>Authorization codes only: where the code may be redeemed to, and the PKCE challenge (S256) if one was set.</summary>
    public string? RedirectUri { get; init; }
    public string? Challenge { get; init; }
}

/// <summary>A token, and of the account that it speaks for what letting its bearer in takes. All null for a token of an app alone, and when the account is gone.</summary>
public sealed record BearerToken : AccessToken
{
    public string? Username { get; init; }
    public AccountRole? Role { get; init; }
    public AccountState? State { get; init; }
}

/// <summary>An app registered over the client API.</summary>
public sealed record ClientApp
{
    public AppId Id { get; init; }
    public string Name { get; init; } = "";
    public string? Website { get; init; }
    /// <summary>One per line.</summary>
    public string RedirectUris { get; init; } = "";
    public string Scopes { get; init; } = "read";
    public string ClientId { get; init; } = "";
    public byte[] SecretHash { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
}
