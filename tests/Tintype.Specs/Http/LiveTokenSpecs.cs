using System.Security.Cryptography;
using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class LiveTokenSpecs
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(TokenTable.SecretBytes);
    private static readonly string Bearer = TokenTable.BearerOf(new TokenId(7), Secret);

    [Fact]
    public void Its_secret_proves_it_again_and_again_and_no_other_does()
    {
        var token = Loaded();
        var other = TokenTable.BearerOf(new TokenId(7), RandomNumberGenerator.GetBytes(TokenTable.SecretBytes));

        Assert.False(token.IsProvenBy(other));
        Assert.True(token.IsProvenBy(Bearer));
        Assert.True(token.IsProvenBy(Bearer));
        Assert.False(token.IsProvenBy(other));
        Assert.False(token.IsProvenBy(Bearer.AsSpan()[..^1]));
        Assert.False(token.IsProvenBy(Bearer + "A"));
        Assert.False(token.IsProvenBy(""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_loaded_anew_is_the_same_while_the_row_is_proven_or_not(bool isProven)
    {
        var token = Loaded();
        Assert.Equal(isProven, isProven && token.IsProvenBy(Bearer));

        Assert.True(token.SaysTheSameAs(Loaded()));
        Assert.False(token.SaysTheSameAs(Loaded(row => row with { Scopes = "read" })));
        Assert.False(token.SaysTheSameAs(Loaded(row => row with { SecretHash = SHA256.HashData("another"u8) })));
    }

    [Fact]
    public void Scopes_that_many_have_are_one_text()
    {
        var (one, other) = (Loaded(), Loaded());

        Assert.Equal("read write follow push", one.Scopes);
        Assert.Same(one.Scopes, other.Scopes);
        Assert.Same(one.Scopes, one.User!.Scopes);
        Assert.Equal("read:statuses", Loaded(row => row with { Scopes = "read:statuses" }).User!.Scopes);
    }

    /// <summary>It would be said to be as large as all that a person follows, and many fewer would be remembered.</summary>
    [Fact]
    public async Task What_its_person_has_at_hand_is_no_part_of_it()
    {
        var relations = new PromiseCache<AccountId, Relations>(CachePolicies.Relations, CacheLevels.Alone(TimeProvider.System));
        var token = Loaded();
        var before = ObjectSize.Of(token);

        await relations.GetAsync(new AccountId(3), ref token.User!.RelationsAtHand, _ => Task.FromResult<Relations?[]>(
            [new Relations { ViewerId = new(3), Following = new AccountId[1000], Requested = [], Blocking = [], BlockedBy = [], Muting = [] }]));
        token.User.RequestsAtHand = new RateWindow();

        Assert.NotNull(token.User.RelationsAtHand);
        Assert.Equal(before, ObjectSize.Of(token));
        Assert.InRange(before, 300, 1000);
    }

    /// <summary>As it comes from the database: nothing in it is shared with another.</summary>
    private static LiveToken Loaded(Func<BearerToken, BearerToken>? change = null)
    {
        var row = new BearerToken
        {
            Id = new TokenId(7), Kind = TokenKind.OAuth, AccountId = new AccountId(3), AppId = new AppId(5), SecretHash = SHA256.HashData(Secret),
            Scopes = new string("read write follow push".AsSpan()), UserAgent = "an app", Address = "192.0.2.1", Username = "bearer", Role = AccountRole.Person, State = AccountState.Active,
        };
        return new LiveToken(change?.Invoke(row) ?? row);
    }
}
