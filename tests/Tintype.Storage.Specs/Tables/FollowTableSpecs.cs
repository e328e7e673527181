using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

public sealed class FollowTableSpecs
{
    [Theory, Backends]
    public async Task A_hundred_changes_at_once_leave_truth_copy_and_counts_equal(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, _) = TablesOf(store);
        var (fan, star) = (store.Ids.Next<Account>(1), store.Ids.Next<Account>(2));

        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (turn, _) =>
        {
            await ((turn % 4) switch
            {
                0 => follows.FollowAsync(fan, star, asks: false),
                1 => follows.FollowAsync(fan, star, asks: true),
                2 => follows.AnswerRequestAsync(fan, star, accept: turn % 8 == 2),
                _ => (Task)follows.EndAsync(fan, star),
            });
            await follows.CopyAsync(fan, star);
        });

        await AssertEqualAsync(store, follows, fan, star);
    }

    [Theory, Backends]
    public async Task A_copy_made_twice_counts_once(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, _) = TablesOf(store);
        var (fan, star) = (store.Ids.Next<Account>(0), store.Ids.Next<Account>(0));
        await follows.FollowAsync(fan, star, asks: false);

        await follows.CopyAsync(fan, star);
        await follows.CopyAsync(fan, star);

        Assert.Equal(1, (await new CountTable(store.Router).GetAsync([star]))[star].Followers);
    }

    [Theory, Backends]
    public async Task Blocks_and_follows_that_race_leave_no_follow(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, blocks) = TablesOf(store);
        for (var round = 0; round < 20; round++)
        {
            var (one, other) = (store.Ids.Next<Account>(1), store.Ids.Next<Account>(round % 2 + 1));

            await Task.WhenAll(
                Task.Run(async () => { await blocks.SetAsync(one, other, true); await blocks.CopyAsync(one, other); }),
                Task.Run(() => follows.FollowAsync(other, one, asks: false)),
                Task.Run(() => follows.FollowAsync(one, other, asks: false)));

            Assert.Equal(FollowState.None, (await follows.FindAsync(one, other))?.State ?? FollowState.None);
            Assert.Equal(FollowState.None, (await follows.FindAsync(other, one))?.State ?? FollowState.None);
            await follows.CopyAsync(one, other);
            await follows.CopyAsync(other, one);
            await AssertEqualAsync(store, follows, one, other);
        }
    }

    [Theory, Backends]
    public async Task A_block_copied_late_does_not_end_a_follow_made_after_it_was_lifted(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, blocks) = TablesOf(store);
        var (one, other) = (store.Ids.Next<Account>(1), store.Ids.Next<Account>(2));
        await blocks.SetAsync(one, other, true);
        await blocks.CopyAsync(one, other);
        await blocks.SetAsync(one, other, false);
        await blocks.CopyAsync(one, other);
        await follows.FollowAsync(other, one, asks: false);

        await blocks.CopyAsync(one, other);

        Assert.Equal(FollowState.Active, (await follows.FindAsync(other, one))!.State);
    }

    [Theory, Backends]
    public async Task An_import_of_a_graph_is_the_graph_on_both_sides(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, _) = TablesOf(store);
        var people = Enumerable.Range(0, 30).Select(n => store.Ids.Next<Account>(n % Store.Shards)).ToArray();
        var random = new Random(7);
        var pairs = (from one in people from other in people where one != other && random.Next(3) > 0 select (one, other)).ToArray();
        var import = new FollowImport(store.Router, store.Outbox, store.Clock);

        await import.AddAsync(pairs[..100]);
        var added = await import.AddAsync(pairs);

        Assert.Equal(pairs.Length - 100, added);
        foreach (var person in people)
        {
            Assert.Equal(pairs.Where(pair => pair.one == person).Select(pair => pair.other).OrderDescending(), (await follows.FollowingAsync(person, FollowState.Active, IdRange.Newest(100))).Items);
            Assert.Equal(pairs.Where(pair => pair.other == person).Select(pair => pair.one).OrderDescending(), (await follows.FollowersAsync(person, FollowState.Active, IdRange.Newest(100))).Items);
        }
    }

    [Theory, Backends]
    public async Task Nobody_follows_more_people_than_the_limit(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var (follows, _) = TablesOf(store);
        var fan = store.Ids.Next<Account>(1);
        var stars = Enumerable.Range(0, FollowTable.MaxFollowing + 1).Select(_ => store.Ids.Next<Account>(3)).ToArray();
        await new FollowImport(store.Router, store.Outbox, store.Clock).AddAsync([.. stars[..^1].Select(star => (fan, star))]);

        Assert.Equal(FollowAnswer.TooMany, await follows.FollowAsync(fan, stars[^1], asks: false));
        await follows.EndAsync(fan, stars[0]);
        Assert.Equal(FollowAnswer.Following, await follows.FollowAsync(fan, stars[^1], asks: false));
    }

    private static (FollowTable Follows, BlockTable Blocks) TablesOf(Store store)
    {
        var follows = new FollowTable(store.Router, store.Outbox, store.Clock);
        return (follows, new BlockTable(store.Router, follows, store.Outbox));
    }

    private static async Task AssertEqualAsync(Store store, FollowTable follows, AccountId fan, AccountId star)
    {
        var truth = (await follows.FindAsync(fan, star))?.State ?? FollowState.None;
        Assert.Equal(truth, (await follows.AmongFollowersAsync(star, [fan])).GetValueOrDefault(fan));
        var counts = await new CountTable(store.Router).GetAsync([fan, star]);
        Assert.Equal(truth == FollowState.Active ? 1 : 0, counts[fan].Following);
        Assert.Equal(truth == FollowState.Active ? 1 : 0, counts[star].Followers);
        Assert.Equal(truth == FollowState.Requested ? 1 : 0, counts[star].Requests);
    }
}
