using Tintype.Storage.Feeds;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

/// <summary>The contract of feeds, wherever they are.</summary>
public sealed class FeedStoreSpecs
{
    private static readonly AccountId Alice = new(1), Bob = new(2);

    [Theory, Places]
    public async Task A_push_that_comes_while_the_feed_is_built_is_in_it(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        var pulling = new TaskCompletionSource<IReadOnlyList<long>>();
        var building = await BegunAsync(store, Alice, 7, pulling);

        await store.PushAsync(new(30), [Alice]);
        await store.PushAsync(new(30), [Alice]);
        pulling.SetResult([20, 10]);

        Assert.Equal([10, 20, 30], (await building).Rising);
        Assert.Equal([10, 20, 30], store.Read(Alice, 7));
    }

    [Theory, Places]
    public async Task However_many_wait_for_a_feed_it_is_built_once(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        var pulling = new TaskCompletionSource<IReadOnlyList<long>>();
        var waiting = Enumerable.Range(0, 100).Select(_ => store.BuildAsync(Alice, 7, _ => pulling.Task)).ToList();

        pulling.SetResult([5]);

        Assert.All(await Task.WhenAll(waiting), ids => Assert.Equal([5], ids.Rising));
        Assert.Equal(1, store.BuildCount);
    }

    [Theory, Places]
    public async Task Whoever_looked_before_it_was_built_and_asks_for_it_afterwards_is_given_it(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        Assert.False(store.TryGet(Alice, 7, out _));

        await store.BuiltAsync(Alice, 7, 5);

        Assert.Equal([5], (await store.FetchedAsync(Alice, 7)).Rising);
        Assert.Equal(1, store.BuildCount);
    }

    [Theory, Places]
    public async Task A_feed_built_for_other_relations_is_not_given(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        await store.BuiltAsync(Alice, 7, 1);

        Assert.False(store.TryGet(Alice, 8, out _));
        await store.BuiltAsync(Alice, 8, 2);

        Assert.Equal([2], store.Read(Alice, 8));
        Assert.False(store.TryGet(Alice, 7, out _));
    }

    [Theory, Places]
    public async Task The_build_for_the_latest_relations_is_the_one_that_is_kept(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        var (older, newer) = (new TaskCompletionSource<IReadOnlyList<long>>(), new TaskCompletionSource<IReadOnlyList<long>>());
        var first = await BegunAsync(store, Alice, 7, older);
        var second = await BegunAsync(store, Alice, 8, newer);

        newer.SetResult([2]);
        await second;
        older.SetResult([1]);

        Assert.Equal([1], (await first).Rising);
        Assert.Equal([2], store.Read(Alice, 8));
    }

    [Theory, Places]
    public async Task A_feed_dropped_while_it_is_built_is_not_kept(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        var pulling = new TaskCompletionSource<IReadOnlyList<long>>();
        var building = await BegunAsync(store, Alice, 7, pulling);

        await store.DropAsync(Alice);
        pulling.SetResult([5]);

        Assert.Equal([5], (await building).Rising);
        Assert.False(store.TryGet(Alice, 7, out _));
        Assert.Equal([6], (await store.BuiltAsync(Alice, 7, 6)).Rising);
    }

    [Theory, Places]
    public async Task A_feed_at_hand_is_what_a_look_would_find(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        KeptFeed? atHand = null;
        Assert.False(store.TryGet(Alice, 7, ref atHand, out _));
        await store.BuiltAsync(Alice, 7, 5);
        Assert.Equal([5], Read());

        await store.PushAsync(new(6), [Alice]);
        Assert.Equal([5, 6], Read());

        var older = new TaskCompletionSource<IReadOnlyList<long>>();
        var building = await BegunAsync(store, Alice, 8, older);
        await store.DropAsync(Alice);
        Assert.False(store.TryGet(Alice, 7, ref atHand, out _));
        older.SetResult([5]);
        await building;
        Assert.False(store.TryGet(Alice, 8, ref atHand, out _));

        await store.BuiltAsync(Alice, 7, 5, 6);
        await store.PushAsync(new(7), [Alice]);
        Assert.Equal([5, 6, 7], Read());

        IEnumerable<long> Read()
        {
            Assert.True(store.TryGet(Alice, 7, ref atHand, out var ids));
            return ids.Rising;
        }
    }

    [Theory, Places]
    public async Task A_build_that_failed_is_tried_again_by_the_next(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => store.BuildAsync(Alice, 7, _ => throw new TimeoutException()));
        await store.BuiltAsync(Alice, 7, 5);

        Assert.Equal([5], store.Read(Alice, 7));
    }

    [Theory, Places]
    public async Task A_push_goes_only_to_feeds_that_are_there(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        await store.BuiltAsync(Alice, 7);

        await store.PushAsync(new(1), [Alice, Bob]);

        Assert.Equal([1], store.Read(Alice, 7));
        Assert.False(store.TryGet(Bob, 7, out _));
        Assert.Equal([2], (await store.BuiltAsync(Bob, 7, 2)).Rising);
    }

    [Theory, Places]
    public async Task Many_pushes_leave_the_newest_and_raise_the_floor(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        await store.BuiltAsync(Alice, 7, [.. Enumerable.Range(1, 10).Select(n => n * 10L)]);

        foreach (var n in Enumerable.Range(11, 200))
        {
            await store.PushAsync(new(n * 10), [Alice]);
            await store.PushAsync(new((n * 10) - 95), [Alice]);
        }

        Assert.True(store.TryGet(Alice, 7, out var ids));
        Assert.InRange(ids.Rising.Count, FeedPlace.Length, FeedPlace.Length + FeedPlace.Length / 8);
        var all = Enumerable.Range(1, 210).Select(n => n * 10L).Concat(Enumerable.Range(11, 200).Select(n => (n * 10L) - 95)).Order();
        Assert.Equal(all.Where(id => id >= ids.Floor), ids.Rising);
    }

    [Theory, Places]
    public async Task Noted_posts_are_merged_for_those_who_follow(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var store = await place.ProcessAsync();
        await store.NoteAsync(Bob, new(15));
        await store.NoteAsync(Bob, new(15));
        await store.NoteAsync(Bob, new(30));
        var feed = new FeedIds(new([10, 20, 30]), 5);

        Assert.Equal([10, 15, 20, 30], store.Unpushed.MergeInto(feed, author => author == Bob).Rising);
        Assert.Equal([10, 20, 30], store.Unpushed.MergeInto(feed, _ => false).Rising);

        Assert.True(await store.ForgetAsync(Bob, new(15)));
        Assert.False(await store.ForgetAsync(Bob, new(15)));
        Assert.Equal([10, 20, 30], store.Unpushed.MergeInto(feed, author => author == Bob).Rising);
    }

    /// <summary>Begins to build, and returns once the databases are being asked.</summary>
    private static async Task<Task<FeedIds>> BegunAsync(IFeedStore store, AccountId owner, ulong fingerprint, TaskCompletionSource<IReadOnlyList<long>> pulling)
    {
        var before = store.BuildCount;
        var building = store.BuildAsync(owner, fingerprint, _ => pulling.Task);
        await FeedPlace.UntilAsync(() => store.BuildCount > before, "the build has begun");
        return building;
    }
}
