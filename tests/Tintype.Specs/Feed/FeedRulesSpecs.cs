using Tintype.Cards;
using Tintype.Feed;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>The truth table of the feed: every combination of what decides, against the rule in one sentence each.</summary>
public sealed class FeedRulesSpecs
{
    private static readonly AccountId Reader = new(1), Author = new(2), Other = new(3);

    [Fact]
    public void Every_combination_is_judged_as_the_sentences_say()
    {
        var judged = 0;
        foreach (var it in Combinations())
        {
            var card = CardOf(it);
            var reader = RelationsOf(it);
            // Mine: until I delete it, whatever state its photos are in. Others': live, by people I follow and have nothing against, nor they against me.
            var expected = !it.IsComment && it.AuthorState == AccountState.Active && (it.Follow == Tie.Own
                ? it.State != PostState.Deleted
                : it.State == PostState.Live && it.Follow == Tie.Follows && !it.Blocks && !it.BlockedBy && !it.Mutes);

            Assert.True(expected == FeedRules.Belongs(card, reader), $"{it}: should {(expected ? "" : "not ")}belong");
            Assert.True((expected && it.State == PostState.Live) == FeedRules.BelongsInApps(card, reader), $"{it} in apps");
            Assert.True((it.Follow == Tie.Own || it.Follow == Tie.Follows && !it.Blocks && !it.BlockedBy && !it.Mutes) == FeedRules.Sources(reader).Contains(it.AuthorId), $"{it}: source");
            judged++;
        }
        Assert.Equal(4 * 2 * 2 * 2 * 2 * 4 * 3 * 2 * 3, judged);
    }

    [Fact]
    public void Whatever_belongs_in_a_feed_may_be_opened_by_its_address() =>
        Assert.All(Combinations().Where(it => FeedRules.Belongs(CardOf(it), RelationsOf(it))), it =>
            Assert.True(Audience.MaySee(CardOf(it), RelationsOf(it)), it.ToString()));

    [Fact]
    public void A_person_who_follows_themself_is_one_source() =>
        Assert.Equal([Reader], FeedRules.Sources(Relations.Nobody(Reader) with { Following = [Reader] }));

    private enum Tie { Own, Follows, HasAsked, None }

    private sealed record Case(
        Tie Follow, bool IsPrivate, bool Blocks, bool BlockedBy, bool Mutes, PostState State, Visibility Visibility, bool IsComment, AccountState AuthorState)
    {
        public AccountId AuthorId => Follow == Tie.Own ? Reader : Author;
    }

    private static IEnumerable<Case> Combinations() =>
        from follow in Enum.GetValues<Tie>()
        from isPrivate in new[] { false, true }
        from blocks in new[] { false, true }
        from blockedBy in new[] { false, true }
        from mutes in new[] { false, true }
        from state in Enum.GetValues<PostState>()
        from visibility in Enum.GetValues<Visibility>()
        from isComment in new[] { false, true }
        from authorState in Enum.GetValues<AccountState>()
        select new Case(follow, isPrivate, blocks, blockedBy, mutes, state, visibility, isComment, authorState);

    private static Card CardOf(Case it) => new(
        new Post { Id = new(10), AccountId = it.AuthorId, RootId = it.IsComment ? new(9) : null, State = it.State, Visibility = it.Visibility }, [],
        new Person(it.AuthorId, "someone", "", "", "", null, null, it.IsPrivate, true, "en", [], AccountRole.Person, it.AuthorState, IdLayout.Epoch));

    private static Relations RelationsOf(Case it) => new()
    {
        ViewerId = Reader,
        Following = it.Follow == Tie.Follows ? [Author, Other] : [Other],
        Requested = it.Follow == Tie.HasAsked ? [Author] : [],
        Blocking = it.Blocks ? [Author] : [],
        BlockedBy = it.BlockedBy ? [Author] : [],
        Muting = it.Mutes ? [Author] : [],
    };
}
