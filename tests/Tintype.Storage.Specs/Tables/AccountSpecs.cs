using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

public sealed class AccountSpecs
{
    [Theory, Backends]
    public async Task An_account_comes_back_as_it_was_written(Backend on)
    {
        await using var store = await Store.OpenAsync(on, new SetClock());
        var alice = Person(store, "Alice", "alice@example.org") with
        {
            DisplayName = "Älice 📷", Bio = "line\nline", IsPrivate = true, BirthYear = 1990, Fields = [new("Web", "https://example.org")], Role = AccountRole.Owner, AvatarId = new(77),
        };

        Assert.Null(await store.Accounts.CreateAsync(alice));

        Assert.Equivalent(alice, await store.Accounts.FindAsync(alice.Id), strict: true);
        Assert.Equivalent(new[] { alice }, await store.Accounts.GetAsync([alice.Id, new AccountId(1)]), strict: true);
    }

    [Theory, Backends]
    public async Task However_many_want_one_name_at_once_one_gets_it(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await using var other = await store.OpenAgainAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(n =>
        {
            var here = n % 2 == 0 ? store : other;
            return here.Accounts.CreateAsync(Person(here, n % 3 == 0 ? "Alice" : "aLICE", $"alice{n}@example.org"));
        }));

        Assert.Single(answers, answer => answer is null);
        Assert.All(answers.Where(answer => answer is not null), answer => Assert.Equal(NameKind.Username, answer));
    }

    [Theory, Backends]
    public async Task Who_loses_the_race_for_an_address_leaves_the_username_to_others(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        Assert.Null(await store.Accounts.CreateAsync(Person(store, "alice", "shared@example.org")));

        Assert.Equal(NameKind.Email, await store.Accounts.CreateAsync(Person(store, "bob", "Shared@Example.org")));

        Assert.Null(await store.Accounts.FindIdAsync(NameKind.Username, "bob"));
        Assert.Null(await store.Accounts.CreateAsync(Person(store, "bob", "bob@example.org")));
    }

    [Theory, Backends]
    public async Task A_person_is_found_by_either_name_in_any_case(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var alice = Person(store, "Alice", "Alice@Example.org");
        await store.Accounts.CreateAsync(alice);

        Assert.Equal(alice.Id, await store.Accounts.FindIdAsync(NameKind.Username, "aLiCe"));
        Assert.Equal(alice.Id, await store.Accounts.FindIdAsync(NameKind.Email, " alice@example.ORG"));
        Assert.Null(await store.Accounts.FindIdAsync(NameKind.Username, "alice@example.org"));
    }

    [Theory, Backends]
    public async Task A_bearers_secret_is_never_stored_and_a_token_is_revoked_once(Backend on)
    {
        await using var store = await Store.OpenAsync(on, new SetClock());
        var now = store.Clock.GetUtcNow();
        var (bearer, token) = await store.Tokens.IssueAsync(2, new AccessToken { Kind = TokenKind.OAuth, AccountId = new(5), Scopes = "read", CreatedAt = now, LastUsedAt = now, ExpiresAt = now });

        Assert.True(TokenTable.TryRead(bearer, out var id, out var secret));
        var row = await store.Tokens.FindAsync(id);
        Assert.Equivalent(token, row, strict: true);
        Assert.True(TokenTable.Matches(row!, secret));
        secret[0] ^= 1;
        Assert.False(TokenTable.Matches(row!, secret));
        Assert.NotEqual(secret, row!.SecretHash);

        Assert.True(await store.Tokens.RevokeAsync(id));
        Assert.False(await store.Tokens.RevokeAsync(id));
        Assert.Null(await store.Tokens.FindAsync(id));
    }

    [Theory, Backends]
    public async Task Of_two_who_redeem_one_code_one_gets_through(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (_, code) = await store.Tokens.IssueAsync(1, new AccessToken { Kind = TokenKind.AuthorizationCode, AccountId = new(5), RedirectUri = "app://back", Challenge = "c" });

        var redeemed = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.Tokens.RevokeAsync(code.Id)));

        Assert.Single(redeemed, won => won);
    }

    [Theory, Backends]
    public async Task Tokens_come_with_the_accounts_they_speak_for_and_an_apps_own_alone(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (alice, bob) = (Person(store, "alice", "alice@example.org") with { Role = AccountRole.Moderator }, Person(store, "bob", "bob@example.org") with { State = AccountState.Suspended });
        foreach (var person in new[] { alice, bob })
        {
            Assert.Null(await store.Accounts.CreateAsync(person));
        }
        var (_, ofAlice) = await store.Tokens.IssueAsync(alice.Id.Shard, new AccessToken { Kind = TokenKind.Session, AccountId = alice.Id });
        var (_, ofBob) = await store.Tokens.IssueAsync(bob.Id.Shard, new AccessToken { Kind = TokenKind.Session, AccountId = bob.Id });
        var (_, ofApp) = await store.Tokens.IssueAsync(1, new AccessToken { Kind = TokenKind.OAuth, AppId = new(5), Scopes = "read" });
        var (_, ofNobody) = await store.Tokens.IssueAsync(1, new AccessToken { Kind = TokenKind.Session, AccountId = new(5) });

        var found = (await store.Tokens.GetAsync([ofAlice.Id, ofBob.Id, ofApp.Id, ofNobody.Id, new TokenId(1)])).ToDictionary(token => token.Id);

        Assert.Equal(4, found.Count);
        Assert.Equal(("alice", AccountRole.Moderator, AccountState.Active), (found[ofAlice.Id].Username, found[ofAlice.Id].Role, found[ofAlice.Id].State));
        Assert.Equal(("bob", AccountRole.Person, AccountState.Suspended), (found[ofBob.Id].Username, found[ofBob.Id].Role, found[ofBob.Id].State));
        Assert.All([ofApp.Id, ofNobody.Id], id => Assert.Equal((null, null, null), (found[id].Username, found[id].Role, found[id].State)));
        Assert.Equal(alice.Id, found[ofAlice.Id].AccountId);
        Assert.Equal(ofAlice.SecretHash, found[ofAlice.Id].SecretHash);
    }

    private static Account Person(Store store, string name, string email) => new()
    {
        Id = store.Ids.NextAnywhere<Account>(), Username = name, Email = email, DisplayName = name, PasswordHash = "$argon2id$", CreatedAt = store.Clock.GetUtcNow(),
    };
}
