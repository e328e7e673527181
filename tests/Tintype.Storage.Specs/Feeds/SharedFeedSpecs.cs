using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Servers;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

/// <summary>What holds between processes that share feeds on a memory server.</summary>
public sealed class SharedFeedSpecs
{
    private static readonly AccountId Alice = new(1), Bob = new(2), Star = new(3);

    [Theory, Places(shared: true)]
    public async Task What_one_process_built_another_fetches_and_what_one_pushes_the_others_see(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (one, other) = (await place.ProcessAsync(), await place.ProcessAsync());
        await one.BuiltAsync(Alice, 7, 10, 20);

        Assert.Equal([10, 20], (await other.FetchedAsync(Alice, 7)).Rising);
        await one.PushAsync(new(30), [Alice, Bob]);
        await FeedPlace.UntilAsync(() => other.Read(Alice, 7).Contains(30), "the push is seen");
        await other.RemoveAsync(new(20), [Alice]);
        await FeedPlace.UntilAsync(() => !one.Read(Alice, 7).Contains(20), "so is that a post is gone");

        Assert.Equal([10, 30], one.Read(Alice, 7));
        Assert.Equal([10, 30], (await (await place.UnawareAsync()).FetchedAsync(Alice, 7)).Rising);
    }

    [Theory, Places(shared: true)]
    public async Task A_push_by_one_process_while_another_builds_is_in_every_ones_feed(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (worker, reader) = (await place.UnawareAsync(), await place.ProcessAsync());
        var building = reader.BuildAsync(Alice, 7, async _ =>
        {
            await worker.PushAsync(new(30), [Alice]);
            return [20, 10];
        });

        Assert.Contains(20, (await building).Rising);
        await FeedPlace.UntilAsync(() => reader.Read(Alice, 7).SequenceEqual([10, 20, 30]), "the builder has it");
        Assert.Equal([10, 20, 30], (await (await place.UnawareAsync()).FetchedAsync(Alice, 7)).Rising);
    }

    [Theory, Places(shared: true)]
    public async Task Processes_that_miss_a_feed_at_once_build_it_once(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        IFeedStore[] processes = [await place.ProcessAsync(), await place.ProcessAsync(), await place.ProcessAsync()];
        var pulling = new TaskCompletionSource<IReadOnlyList<long>>();
        var waiting = processes.SelectMany(store => Enumerable.Range(0, 10).Select(_ => store.BuildAsync(Alice, 7, _ => pulling.Task))).ToList();

        await FeedPlace.UntilAsync(() => processes.Any(store => store.BuildCount > 0), "one builds");
        pulling.SetResult([5]);

        Assert.All(await Task.WhenAll(waiting), ids => Assert.Equal([5], ids.Rising));
        Assert.Equal(1, processes.Sum(store => store.BuildCount));
    }

    [Theory, Places(shared: true)]
    public async Task A_feed_dropped_by_one_process_while_another_builds_it_is_kept_by_nobody(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (worker, reader) = (await place.UnawareAsync(), await place.ProcessAsync());

        await reader.BuildAsync(Alice, 7, async _ =>
        {
            await worker.DropAsync(Alice);
            return [5];
        });

        Assert.False(reader.TryGet(Alice, 7, out _));
        Assert.Equal([6], (await (await place.UnawareAsync()).BuiltAsync(Alice, 7, 6)).Rising);
    }

    [Theory, Places(shared: true)]
    public async Task A_dropped_feed_is_dropped_everywhere(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (one, other) = (await place.ProcessAsync(), await place.ProcessAsync());
        await one.BuiltAsync(Alice, 7, 1);
        await other.FetchedAsync(Alice, 7);

        await (await place.UnawareAsync()).DropAsync(Alice);

        await FeedPlace.UntilAsync(() => !one.TryGet(Alice, 7, out _) && !other.TryGet(Alice, 7, out _), "both dropped it");
        Assert.Equal([2], (await other.BuiltAsync(Alice, 7, 2)).Rising);
    }

    [Theory, Places(shared: true)]
    public async Task A_process_that_let_go_of_its_feeds_hears_of_no_more_pushes(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (worker, witness) = (await place.UnawareAsync(), await place.ProcessAsync());
        await witness.BuiltAsync(Alice, 7, 10);
        var gone = new RedisFeedStore(await place.ConnectAsync(), place.Options, TimeProvider.System, NullLogger<RedisFeedStore>.Instance);
        await using (gone)
        {
            gone.TryGet(default, 0, out _);
            await FeedPlace.UntilAsync(() => gone.HearsAll, "it hears all");
            await gone.FetchedAsync(Alice, 7);
            await worker.PushAsync(new(20), [Alice]);
            await FeedPlace.UntilAsync(() => gone.Read(Alice, 7).Contains(20), "pushes are heard");
        }

        await worker.PushAsync(new(30), [Alice]);
        await worker.PushAsync(new(40), [Alice]);

        await FeedPlace.UntilAsync(() => witness.Read(Alice, 7).Contains(40), "others hear of them");
        gone.TryGet(Alice, 7, out var ids);
        Assert.Equal([10, 20], ids.Rising);
    }

    [Theory, Places(shared: true)]
    public async Task A_noted_post_is_merged_by_processes_that_were_there_and_by_those_that_come(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (worker, reader) = (await place.UnawareAsync(), await place.ProcessAsync());
        await reader.BuiltAsync(Alice, 7, 10);

        await worker.NoteAsync(Star, new(20));

        await FeedPlace.UntilAsync(() => Merged(reader, reader.Read(Alice, 7)).SequenceEqual([10, 20]), "the note is heard");
        var late = await place.UnawareAsync();
        var feed = await late.FetchedAsync(Alice, 7);
        Assert.Equal([10, 20], Merged(late, feed.Rising));
    }

    [Theory, Places(shared: true)]
    public async Task A_feed_built_beside_notes_that_are_lost_is_not_used(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var reader = await place.ProcessAsync();
        await reader.BuiltAsync(Alice, 7, 10);
        await (await place.UnawareAsync()).NoteAsync(Star, new(20));
        var memory = await place.ConnectAsync();
        await memory.AskAsync(database => database.KeyDeleteAsync(place.Prefix + "unpushed"));

        // The next note begins the notes anew: whoever hears of it knows that some are lost.
        await (await place.UnawareAsync()).NoteAsync(Star, new(30));
        await FeedPlace.UntilAsync(() => !reader.TryGet(Alice, 7, out _), "the copy is given up");

        Assert.Equal([10, 20], (await reader.BuiltAsync(Alice, 7, 10, 20)).Rising);
        Assert.Equal(2, reader.BuildCount);
    }

    [Theory, Places(shared: true)]
    public async Task A_message_that_was_missed_is_noticed_and_copies_are_fetched_anew(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var (worker, reader) = (await place.UnawareAsync(), await place.ProcessAsync());
        await reader.BuiltAsync(Alice, 7, 10);
        await worker.PushAsync(new(20), [Alice]);
        await FeedPlace.UntilAsync(() => reader.Read(Alice, 7).Contains(20), "pushes are heard");

        // Somebody whose first message was lost on its way: this one is their second.
        var memory = await place.ConnectAsync();
        await memory.PublishAsync("feeds", FeedMessage.Pack(FeedNews.Push, 4711, 2, 40, 0, [Alice]));

        await FeedPlace.UntilAsync(() => !((RedisFeedStore)reader).HearsAll, "the gap is noticed");
        await FeedPlace.UntilAsync(() => ((RedisFeedStore)reader).HearsAll, "all is heard again");
        await FeedPlace.UntilAsync(() => !reader.TryGet(Alice, 7, out _), "the copy's short term is over");
        Assert.Equal([10, 20], (await reader.FetchedAsync(Alice, 7)).Rising);
    }

    [Fact]
    public async Task Copies_outlive_a_server_that_lost_everything_for_a_short_term_and_go_on_hearing_with_all_that_was_noted()
    {
        await using var server = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var place = FeedPlace.On(server, shortTerm: TimeSpan.FromMinutes(5));
        var (worker, reader) = (await place.ProcessAsync(), await place.ProcessAsync());
        await reader.BuiltAsync(Alice, 7, 10);
        await worker.NoteAsync(Star, new(20));
        await FeedPlace.UntilAsync(() => Merged(reader, [10]).Contains(20), "what was noted is heard");

        await server.WipeAsync();
        await worker.NoteAsync(Star, new(30));
        await FeedPlace.UntilAsync(() => ((RedisFeedStore)reader).HearsAll && Merged(reader, [10]).Contains(30), "all is heard again");
        await worker.PushAsync(new(40), [Alice]);
        await FeedPlace.UntilAsync(() => reader.Read(Alice, 7).Contains(40), "pushes are heard");

        Assert.Equal([10, 20, 30, 40], Merged(reader, reader.Read(Alice, 7)));
    }

    /// <summary>Against a plain set: two processes push and remove at once, a third builds and drops; what each has in the end is all at or above its floor.</summary>
    [Theory, Places(shared: true)]
    public async Task Whatever_processes_do_at_once_nothing_is_missing(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        IFeedStore[] processes = [await place.ProcessAsync(), await place.ProcessAsync(), await place.ProcessAsync()];
        for (var round = 0; round < 15; round++)
        {
            var owner = new AccountId(100 + round);
            var random = new Random(round);
            var posts = new SortedSet<long>();
            async Task WriteAsync(IFeedStore store, long from, int seed)
            {
                var mine = new Random(seed);
                for (var n = 0; n < 60; n++)
                {
                    var id = from + (((n * 5) + mine.Next(40)) * 2); // Nearly in order, as photos are.
                    lock (posts)
                    {
                        posts.Add(id); // First in the databases, then in feeds.
                    }
                    await store.PushAsync(new(id), [owner, Bob]);
                }
            }
            async Task ReadAsync(IFeedStore store, int seed)
            {
                var mine = new Random(seed);
                for (var n = 0; n < 40; n++)
                {
                    if (!store.TryGet(owner, 7, out _))
                    {
                        await store.BuildAsync(owner, 7, most =>
                        {
                            lock (posts)
                            {
                                return Task.FromResult<IReadOnlyList<long>>([.. posts.Reverse().Take(most)]);
                            }
                        });
                    }
                    if (mine.Next(10) == 0)
                    {
                        await store.DropAsync(owner);
                    }
                    await Task.Yield();
                }
            }
            await Task.WhenAll(WriteAsync(processes[0], 1, random.Next()), WriteAsync(processes[1], 2, random.Next()),
                ReadAsync(processes[1], random.Next()), ReadAsync(processes[2], random.Next()));

            foreach (var store in processes.Append(await place.UnawareAsync()))
            {
                var ids = store.TryGet(owner, 7, out var here) ? here : await store.BuildAsync(owner, 7, most => Task.FromResult<IReadOnlyList<long>>([.. posts.Reverse().Take(most)]));
                await FeedPlace.UntilAsync(
                    () => posts.Where(id => id >= ids.Floor).SequenceEqual(ids.Rising) || !store.TryGet(owner, 7, out ids), $"round {round}: all that was pushed is there");
                Assert.True(ids.Rising.Count == 0 || ids.Rising.Count >= Math.Min(posts.Count, FeedPlace.Length / 2), $"round {round}: {ids.Rising.Count} of {posts.Count}");
            }
        }
    }

    [Theory, Places(shared: true)]
    public async Task Half_a_feed_is_none_and_a_push_to_none_leaves_nothing(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var memory = await place.ConnectAsync();
        var feeds = new SharedFeeds(memory, place.Options);
        foreach (var lost in feeds.KeysOf(Alice))
        {
            await (await place.UnawareAsync()).BuiltAsync(Alice, 7, 10);
            await memory.AskAsync(database => database.KeyDeleteAsync(lost)); // The server gives up one key at a time.
            Assert.Null(await feeds.FindAsync(Alice));
            for (var id = 11; id < 11 + FeedScripts.Settled; id++)
            {
                await feeds.PushAsync(new(id), [Alice, Bob]);
            }

            Assert.Equal([20], (await (await place.UnawareAsync()).BuiltAsync(Alice, 7, 20)).Rising);
            Assert.Equal([20], (await feeds.FindAsync(Alice))!.Ids);
            foreach (var key in feeds.KeysOf(Bob))
            {
                Assert.False(await memory.AskAsync(database => database.KeyExistsAsync(key)));
            }
            await feeds.DropAsync([Alice]);
        }
    }

    [Theory, Places(shared: true)]
    public async Task What_arrives_settles_without_a_gap_and_lives_as_long_as_the_feed(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var memory = await place.ConnectAsync();
        var feeds = new SharedFeeds(memory, place.Options);
        await (await place.UnawareAsync()).BuiltAsync(Alice, 7, 10);

        for (var id = 11; id < 11 + (3 * FeedScripts.Settled); id++)
        {
            await feeds.PushAsync(new(id), [Alice]);
            var feed = (await feeds.FindAsync(Alice))!;
            Assert.Equal(Enumerable.Range(10, id - 9).Select(n => (long)n).Where(n => n >= feed.Floor), feed.Ids.Order().Where(n => n >= feed.Floor));
            Assert.True(feed.Ids.Count(n => n >= feed.Floor) >= Math.Min(id - 9, FeedPlace.Length));
        }
        foreach (var key in feeds.KeysOf(Alice))
        {
            Assert.InRange((await memory.AskAsync(database => database.KeyTimeToLiveAsync(key)))!.Value.TotalDays, 1, 1000);
        }
    }

    [Theory]
    [InlineData(FeedsOn.Redis)]
    [InlineData(FeedsOn.Cluster)]
    [InlineData(FeedsOn.Garnet)]
    public async Task A_feed_takes_at_most_twelve_bytes_for_each_post_on_the_server(FeedsOn on)
    {
        await using var place = await FeedPlace.OpenAsync(on);
        var memory = await place.ConnectAsync();
        var options = new FeedOptions(800, 1000, TimeSpan.FromDays(14));
        var feeds = new SharedFeeds(memory, options);
        foreach (var (count, pushes) in new[] { (100, 0), (100, 37), (500, 100), (800, 0), (800, 50), (800, 500) })
        {
            var owner = new AccountId(1_000_000_000_000_000 + (count * 1000) + pushes);
            var first = 200_000_000_000_000_000;
            var token = await feeds.BeginAsync(owner, 7, isMissing: true);
            await feeds.FinishAsync(owner, 7, token!.Value, new MadeFeed([.. Enumerable.Range(0, count).Select(n => first + n)], 0), 1);
            for (var n = 0; n < pushes; n++)
            {
                await feeds.PushAsync(new(first + count + n), [owner]);
            }

            var bytes = 0L;
            foreach (var key in feeds.KeysOf(owner))
            {
                bytes += (long)await memory.AskAsync(database => database.ExecuteAsync("MEMORY", "USAGE", key));
            }
            var feed = (await feeds.FindAsync(owner))!;
            var entries = feed.Ids.Count(id => id >= feed.Floor);
            Assert.InRange((double)bytes / entries, 8, 12);
            Assert.InRange(entries, Math.Min(count + pushes, options.Length), count + pushes);
        }
    }

    private static IEnumerable<long> Merged(IFeedStore store, IEnumerable<long> feed) => store.Unpushed.MergeInto(new FeedIds(feed.ToArray(), 0), author => author == Star).Rising;
}
