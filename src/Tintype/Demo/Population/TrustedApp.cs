using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Demo.Population;

/// <summary>Bearer tokens as an app has them that its person trusts with everything.</summary>
internal static class TrustedApp
{
    public static AccessToken Token(DateTimeOffset now) =>
        new() { Kind = TokenKind.OAuth, Scopes = "read write follow push", CreatedAt = now, LastUsedAt = now, UserAgent = "tintype" };

    /// <returns>What the bearer keeps.</returns>
    public static async Task<string> IssueAsync(TokenTable tokens, AccountId person, DateTimeOffset now, CancellationToken cancel) =>
        (await tokens.IssueAsync(person.Shard, Token(now) with { AccountId = person }, cancel)).Bearer;
}
