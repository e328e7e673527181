using System.Security.Cryptography;
using System.Text.Json;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Loading;

/// <summary>Somebody to be loaded who can do no more than be followed, and post: no password, no avatar.</summary>
/// <param name="Username">Lower case, and nobody else's.</param>
/// <param name="Email">Likewise.</param>
public sealed record LoadedPerson(AccountId Id, string Username, string Email, string DisplayName, int BirthYear, DateTimeOffset CreatedAt);

/// <summary>Accounts with their confirmed claims, and bearer tokens.</summary>
public sealed class PeopleLoad(InstanceLoad load, AccountTable accounts)
{
    /// <param name="people">By ascending id.</param>
    public async Task AddAsync(IReadOnlyList<LoadedPerson> people, Action<int>? progress = null, CancellationToken cancel = default)
    {
        await load.EachAsync(people, person => person.Id.In(Cluster.Accounts), WriteAsync, progress, cancel);
        foreach (var kind in new[] { NameKind.Email, NameKind.Username })
        {
            var claims = people.Select(person => (Name: kind == NameKind.Email ? person.Email : person.Username, person.Id, person.CreatedAt)).ToArray();
            Array.Sort(claims, (one, other) => string.CompareOrdinal(one.Name, other.Name));
            await load.EachAsync(claims, claim => accounts.ShardOf(kind, claim.Name), (session, some) => session.AddRowsAsync("claims", new RowBlock(some.Length)
                .WithSame("kind", AccountTable.Word(kind))
                .With("name", [.. some.Select(claim => claim.Name)])
                .With("account_id", [.. some.Select(claim => claim.Id.Value)])
                .WithSame("confirmed", true)
                .With("claimed_at", Moments(some.Select(claim => claim.CreatedAt)))), null, cancel);
        }
    }

    /// <summary>Gives people a bearer token each, as to a trusted app.</summary>
    /// <param name="people">By ascending id; every token's id ascends with them.</param>
    /// <param name="now">When the first was issued, each next one a millisecond later: a moment that is past when the last is.</param>
    /// <returns>What the bearers keep, in the same order.</returns>
    public async Task<IReadOnlyList<string>> IssueAsync(
        IReadOnlyList<AccountId> people, AccessToken token, DateTimeOffset now, Action<int>? progress = null, CancellationToken cancel = default)
    {
        var secrets = RandomNumberGenerator.GetBytes(32 * people.Count);
        byte[] Secret(int number) => secrets[(32 * number)..(32 * (number + 1))];
        TokenId Id(int number) => new(IdLayout.Compose(now.AddMilliseconds(number), people[number].Shard, 0));
        await load.EachAsync(Enumerable.Range(0, people.Count), number => people[number].In(Cluster.Accounts), (session, some) => session.AddRowsAsync("tokens", new RowBlock(some.Length)
            .With("id", some.Select(Id).Values())
            .WithSame("kind", token.Kind)
            .With("secret_hash", [.. some.Select(number => SHA256.HashData(Secret(number)))])
            .With("account_id", some.Select(number => people[number]).Values())
            .WithSame("scopes", token.Scopes)
            .WithSame("created_at", token.CreatedAt)
            .WithSame("last_used_at", token.LastUsedAt)
            .WithSame("user_agent", token.UserAgent)
            .WithSame("address", token.Address)), progress, cancel);
        return [.. Enumerable.Range(0, people.Count).Select(number => TokenTable.BearerOf(Id(number), Secret(number)))];
    }

    private static Task WriteAsync(ShardSession session, LoadedPerson[] people)
    {
        var like = new Account();
        return session.AddRowsAsync("accounts", new RowBlock(people.Length)
            .With("id", people.Select(person => person.Id).Values())
            .With("username", [.. people.Select(person => person.Username)])
            .With("email", [.. people.Select(person => person.Email)])
            .WithSame("password_hash", like.PasswordHash)
            .With("display_name", [.. people.Select(person => person.DisplayName)])
            .WithSame("bio", like.Bio)
            .WithSame("website", like.Website)
            .WithSame("is_private", like.IsPrivate)
            .WithSame("is_discoverable", like.IsDiscoverable)
            .With("birth_year", [.. people.Select(person => (long)person.BirthYear)])
            .WithSame("language", like.Language)
            .WithSame("fields", JsonSerializer.Serialize(like.Fields))
            .WithSame("role", like.Role)
            .WithSame("state", like.State)
            .With("created_at", Moments(people.Select(person => person.CreatedAt))));
    }

    internal static long[] Moments(IEnumerable<DateTimeOffset> moments) => [.. moments.Select(moment => moment.ToUnixTimeMilliseconds())];
}
