using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Sessions, OAuth tokens and authorization codes. What the bearer holds is "id.secret" in base64url: the id says the shard, the
/// secret (256 random bits) is kept as its SHA-256 only and compared in constant time.
/// </summary>
public sealed class TokenTable(ShardRouter router)
{
    /// <summary>Length of a secret.</summary>
    public const int SecretBytes = 32;

    private const string Columns =
        "id, kind, secret_hash, account_id, app_id, scopes, created_at, last_used_at, expires_at, user_agent, address, redirect_uri, challenge";

    /// <summary>Issues a token beside <paramref name="shard"/>'s account or app. Id and secret of the argument are ignored.</summary>
    /// <returns>The text the bearer keeps, to be shown once, and the row.</returns>
    public Task<(string Bearer, AccessToken Token)> IssueAsync(int shard, AccessToken token, CancellationToken cancel = default)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return router.InsertAsync<AccessToken, (string, AccessToken)>(Cluster.Accounts, shard, async (session, id) =>
        {
            var row = token with { Id = id, SecretHash = SHA256.HashData(secret) };
            await session.ExecuteAsync(
                """
                INSERT INTO $tokens (id, kind, secret_hash, account_id, app_id, scopes, created_at, last_used_at, expires_at, user_agent, address, redirect_uri, challenge)
                VALUES (@Id, @Kind, @SecretHash, @AccountId, @AppId, @Scopes, @CreatedAt, @LastUsedAt, @ExpiresAt, @UserAgent, @Address, @RedirectUri, @Challenge)
                """, row);
            return (BearerOf(id, secret), row);
        }, cancel);
    }

    /// <summary>Removes what can let nobody in any more: expired codes and tokens, sessions unused since <paramref name="unusedSince"/>.</summary>
    public Task DropStaleAsync(AccountId account, DateTimeOffset now, DateTimeOffset unusedSince, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Accounts), session => session.ExecuteAsync(
            "DELETE FROM $tokens WHERE account_id = @account AND (expires_at <= @now OR (kind = 0 AND last_used_at < @unusedSince))",
            new { account, now, unusedSince }), cancel);

    /// <summary>Notes that a token was used, and from where. The caller does so at most once an hour.</summary>
    public Task TouchAsync(TokenId id, DateTimeOffset at, string address, string userAgent, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Accounts), session => session.ExecuteAsync(
            "UPDATE $tokens SET last_used_at = @at, address = @address, user_agent = @userAgent WHERE id = @id", new { id, at, address, userAgent }), cancel);

    /// <summary>The row of a token; the caller checks the secret, expiry and account state.</summary>
    public async Task<AccessToken?> FindAsync(TokenId id, CancellationToken cancel = default) =>
        await router.ReadAsync(id.In(Cluster.Accounts), session =>
            session.FirstOrDefaultAsync<AccessToken>($"SELECT {Columns} FROM $tokens WHERE id = @id", new { id }), cancel: cancel);

    /// <summary>Tokens with their accounts, which are on the same shard: one statement, for whoever arrives asks for this first. Those that are gone are left out.</summary>
    public Task<IReadOnlyList<BearerToken>> GetAsync(IReadOnlyCollection<TokenId> ids, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Accounts, ids, (session, here) =>
            session.QueryAsync<BearerToken>(
                $"""
                SELECT t.{Columns.Replace(", ", ", t.")}, a.username, a.role, a.state
                FROM $tokens t LEFT JOIN $accounts a ON a.id = t.account_id
                WHERE t.id IN @here
                """, new { here = here.Values() }), cancel: cancel);

    /// <summary>Whether a secret is the token's, in constant time.</summary>
    public static bool Matches(AccessToken token, byte[] secret) =>
        CryptographicOperations.FixedTimeEquals(token.SecretHash, SHA256.HashData(secret));

    /// <returns>False when it was gone already: of two who redeem one code, one gets true.</returns>
    public async Task<bool> RevokeAsync(TokenId id, CancellationToken cancel = default) =>
        await router.WriteAsync(id.In(Cluster.Accounts), session =>
            session.ExecuteAsync("DELETE FROM $tokens WHERE id = @id", new { id }), cancel) == 1;

    /// <returns>False when the person has no such token: it is gone, or another's.</returns>
    public async Task<bool> RevokeAsync(TokenId id, AccountId owner, CancellationToken cancel = default) =>
        await router.WriteAsync(id.In(Cluster.Accounts), session =>
            session.ExecuteAsync("DELETE FROM $tokens WHERE id = @id AND account_id = @owner", new { id, owner }), cancel) == 1;

    /// <summary>Ends every session of a person but one, and drops codes that were not redeemed; apps keep their tokens.</summary>
    /// <returns>What was revoked.</returns>
    public Task<IReadOnlyList<TokenId>> RevokeOtherSessionsAsync(AccountId account, TokenId kept, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Accounts), session => session.QueryAsync<TokenId>(
            $"DELETE FROM $tokens WHERE account_id = @account AND id <> @kept AND kind IN ({(int)TokenKind.Session}, {(int)TokenKind.AuthorizationCode}) RETURNING id",
            new { account, kept }), cancel);

    /// <summary>All of a person's sessions and app tokens, newest first.</summary>
    public Task<IReadOnlyList<AccessToken>> OfAsync(AccountId account, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Accounts), session => session.QueryAsync<AccessToken>(
            $"SELECT {Columns} FROM $tokens WHERE account_id = @account AND kind IN (0, 1) ORDER BY id DESC", new { account }), cancel: cancel);

    /// <summary>Takes a bearer text apart; false when it cannot be one of ours.</summary>
    public static bool TryRead(ReadOnlySpan<char> bearer, out TokenId id, out byte[] secret)
    {
        Span<byte> bytes = stackalloc byte[SecretBytes];
        var isOurs = TryReadId(bearer, out id) & TryReadSecret(bearer, bytes);
        secret = isOurs ? bytes.ToArray() : [];
        return isOurs;
    }

    /// <summary>What the bearer of a token keeps.</summary>
    internal static string BearerOf(TokenId id, byte[] secret) => $"{Base64Url(BitConverter.GetBytes(id.Value))}.{Base64Url(secret)}";

    /// <summary>Its first part alone.</summary>
    public static bool TryReadId(ReadOnlySpan<char> bearer, out TokenId id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        id = TryDecode(bearer[..Math.Max(0, bearer.IndexOf('.'))], bytes) ? new(BitConverter.ToInt64(bytes)) : default;
        return id.Value > 0;
    }

    /// <summary>Its second part alone.</summary>
    /// <param name="secret"><see cref="SecretBytes"/> bytes.</param>
    public static bool TryReadSecret(ReadOnlySpan<char> bearer, Span<byte> secret) => TryDecode(bearer[(bearer.IndexOf('.') + 1)..], secret);

    /// <returns>Whether the text fills the bytes and no more.</returns>
    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) =>
        System.Buffers.Text.Base64Url.DecodeFromChars(text, bytes, out var consumed, out var written) == System.Buffers.OperationStatus.Done
        && written == bytes.Length && consumed == text.Length;

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
