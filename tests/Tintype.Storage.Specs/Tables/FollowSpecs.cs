using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

/// <summary>Follows and blocks stand in two shards: whatever happens in whatever order, the two end equal and the counts exact.</summary>
public sealed class FollowSpecs
{
    [Theory, Backends]
    public async Task A_follow_is_seen_from_both_sides_once_it_was_carried_over(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (alice, bob) = (Store.Person(1), Store.Person(2));

        Assert.Equal(FollowAnswer.Following, await store.Follows.FollowAsync(alice, bob, asks: false));
        await store.Follows.CopyAsync(alice, bob);

        Assert.Equal([bob], (await store.Follows.FollowingAsync(alice, FollowState.Active, IdRange.Newest(10))).Items);
        Assert.Equal([alice], (await store.Follows.FollowersAsync(bob, FollowState.Active, IdRange.Newest(10))).Items);
        Assert.True(Assert.Single(await store.Relations.GetAsync([alice])).Follows(bob));
        var counts = await store.Counts.GetAsync([alice, bob]);
        Assert.Equal((1, 0), (counts[alice].Following, counts[alice].Followers));
        Assert.Equal((0, 1), (counts[bob].Following, counts[bob].Followers));
    }

    [Theory, Backends]
    public async Task A_block_ends_follows_both_ways_and_forbids_new_ones(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (alice, bob) = (Store.Person(1), Store.Person(2));
        await store.Follows.FollowAsync(alice, bob, asks: false);
        await store.Follows.FollowAsync(bob, alice, asks: false);

        await store.Blocks.SetAsync(alice, bob, active: true);
        await store.Blocks.CopyAsync(alice, bob);

        Assert.Equal(FollowAnswer.Blocked, await store.Follows.FollowAsync(bob, alice, asks: false));
        Assert.Equal(FollowAnswer.Blocked, await store.Follows.FollowAsync(alice, bob, asks: false));
        var seen = Assert.Single(await store.Relations.GetAsync([bob]));
        Assert.Empty(seen.Following);
        Assert.True(seen.IsBlockedBy(alice));
        Assert.True(Assert.Single(await store.Relations.GetAsync([alice])).Blocks(bob));
    }

    [Theory, Backends]
    public async Task After_any_history_with_copies_late_doubled_and_out_of_order_both_sides_agree(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var random = new Random(20_260_501);
        var people = Enumerable.Range(1, 6).Select(n => Store.Person(n)).ToArray();
        var late = new List<Func<Task>>();

        for (var step = 0; step < 300; step++)
        {
            var (one, two) = (people[random.Next(6)], people[random.Next(6)]);
            if (one == two)
            {
                continue;
            }
            await (random.Next(9) switch
            {
                0 or 1 or 2 => store.Follows.FollowAsync(one, two, asks: false),
                3 => store.Follows.FollowAsync(one, two, asks: true),
                4 => store.Follows.AnswerRequestAsync(one, two, accept: random.Next(2) == 0),
                5 => store.Follows.EndAsync(one, two),
                6 => store.Blocks.SetAsync(one, two, active: true),
                7 => store.Blocks.SetAsync(one, two, active: false),
                _ => store.Mutes.SetAsync(one, two, muted: random.Next(2) == 0),
            });
            late.Add(() => store.Follows.CopyAsync(one, two));
            late.Add(() => store.Blocks.CopyAsync(one, two));
            while (late.Count > 0 && random.Next(3) == 0)
            {
                await late[random.Next(late.Count)]();
            }
        }
        // The outbox's promise: every change is carried over at least once after it was made. A block that arrives may end a follow.
        for (var round = 0; round < 2; round++)
        {
            foreach (var (one, two) in people.SelectMany(one => people.Where(two => two != one).Select(two => (one, two))))
            {
                await store.Blocks.CopyAsync(one, two);
                await store.Follows.CopyAsync(one, two);
            }
        }

        var relations = await store.Relations.GetAsync([.. people]);
        var counts = await store.Counts.GetAsync(people);
        foreach (var person in people)
        {
            var followers = (await store.Follows.FollowersAsync(person, FollowState.Active, IdRange.Newest(100))).Items;
            var requests = (await store.Follows.FollowersAsync(person, FollowState.Requested, IdRange.Newest(100))).Items;
            Assert.Equal(relations.Where(seen => seen.Follows(person)).Select(seen => seen.ViewerId), followers.Order());
            Assert.Equal(relations.Where(seen => seen.HasRequested(person)).Select(seen => seen.ViewerId), requests.Order());
            Assert.Equal(relations.Where(seen => seen.Blocks(person)).Select(seen => seen.ViewerId), relations.Single(seen => seen.ViewerId == person).BlockedBy);
            Assert.Equal((followers.Count, requests.Count), (counts[person].Followers, counts[person].Requests));
            Assert.Equal(relations.Single(seen => seen.ViewerId == person).Following.Length, counts[person].Following);
        }
        Assert.DoesNotContain(relations, seen => seen.Following.Any(seen.BlockedEitherWay));
    }
}
