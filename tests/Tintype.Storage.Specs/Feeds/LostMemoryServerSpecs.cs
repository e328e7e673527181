using System.Collections.Concurrent;
using Tintype.Servers;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

/// <summary>While people read and post, the memory server dies, comes back empty, stops answering, forgets everything: no read fails, no post stays unseen.</summary>
public sealed class LostMemoryServerSpecs
{
    public static TheoryData<MemoryKind, string> Losses => new()
    {
        { MemoryKind.Redis, "killed" }, { MemoryKind.Redis, "paused" }, { MemoryKind.Redis, "wiped" },
        { MemoryKind.Cluster, "killed" }, { MemoryKind.Cluster, "paused" }, { MemoryKind.Cluster, "wiped" },
        { MemoryKind.Sentinel, "killed" }, { MemoryKind.Garnet, "killed" }, { MemoryKind.Garnet, "paused" },
    };

    [Theory, MemberData(nameof(Losses))]
    public async Task No_read_fails_and_every_post_is_seen(MemoryKind kind, string loss)
    {
        await using var server = await MemoryServer.StartAsync(kind);
        await using var place = FeedPlace.On(server);
        var (worker, readers) = (await place.UnawareAsync(), new[] { await place.ProcessAsync(), await place.ProcessAsync() });
        var town = new Town(worker);
        using var end = new CancellationTokenSource();
        var reading = readers.Select(store => town.ReadAsync(store, end.Token)).ToList();
        var posting = town.PostAsync(end.Token);
        await FeedPlace.UntilAsync(() => town.FannedOut > 50, "posts are fanned out");

        await LoseAsync(server, loss, town);

        var before = town.FannedOut;
        await FeedPlace.UntilAsync(() => town.FannedOut > before + 50, "posts are fanned out again");
        await FeedPlace.UntilAsync(() => readers.All(store => ((RedisFeedStore)store).HearsAll), "processes hear all again");
        await end.CancelAsync();
        await posting;
        await Task.WhenAll(reading);
        Assert.Equal(0, town.Failed);
        // Whatever copies and the server have now, everything that was posted is there, for readers of before and for new ones.
        foreach (var store in readers.Append(await place.UnawareAsync()))
        {
            await FeedPlace.UntilAsync(() => town.People.All(person => town.SeesAll(store, person)), "every post is in every feed");
        }
    }

    private static async Task LoseAsync(MemoryServer server, string loss, Town town)
    {
        var before = town.Reads;
        switch (loss)
        {
            case "killed":
                await server.Process.KillAsync();
                await FeedPlace.UntilAsync(() => town.Reads > before + 500, "reading goes on");
                await server.StartAgainAsync();
                break;
            case "paused":
                await server.Process.PauseAsync();
                await FeedPlace.UntilAsync(() => town.Reads > before + 500, "reading goes on");
                await server.Process.ResumeAsync();
                break;
            default:
                await server.WipeAsync();
                break;
        }
    }

    /// <summary>People who all follow each other and one star, what they posted (the databases), and a worker that fans it out until it can.</summary>
    private sealed class Town(IFeedStore worker)
    {
        private static readonly AccountId Star = new(999);
        private readonly ConcurrentQueue<long> posts = new();
        private int fannedOut;
        private int reads;
        private int failed;

        public AccountId[] People { get; } = [.. Enumerable.Range(1, 8).Select(n => new AccountId(n))];
        public int FannedOut => Volatile.Read(ref fannedOut);
        public int Reads => Volatile.Read(ref reads);
        public int Failed => Volatile.Read(ref failed);

        public async Task PostAsync(CancellationToken end)
        {
            for (var id = 1L; !end.IsCancellationRequested; id++)
            {
                posts.Enqueue(id);
                await DoneAsync(() => id % 5 == 0 ? worker.NoteAsync(Star, new(id)) : worker.PushAsync(new(id), People));
                Interlocked.Increment(ref fannedOut);
                await Task.Delay(5, CancellationToken.None);
            }
        }

        public Task ReadAsync(IFeedStore store, CancellationToken end) => Task.Run(async () =>
        {
            for (var turn = 0; !end.IsCancellationRequested; turn++)
            {
                try
                {
                    await FeedAsync(store, People[turn % People.Length]);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    Interlocked.Increment(ref failed);
                }
                Interlocked.Increment(ref reads);
                await Task.Delay(1, CancellationToken.None);
            }
        }, CancellationToken.None);

        public bool SeesAll(IFeedStore store, AccountId person)
        {
            var ids = FeedAsync(store, person).GetAwaiter().GetResult();
            return ids.Rising.Count > 0 && posts.Where(id => id >= ids.Floor).SequenceEqual(ids.Rising);
        }

        private async Task<FeedIds> FeedAsync(IFeedStore store, AccountId person)
        {
            var ids = store.TryGet(person, 7, out var here) ? here : await store.BuildAsync(person, 7, most => Task.FromResult<IReadOnlyList<long>>([.. posts.Reverse().Take(most)]));
            return store.Unpushed.MergeInto(ids, author => author == Star);
        }

        /// <summary>As jobs are: tried until it is done.</summary>
        private static async Task DoneAsync(Func<Task> work)
        {
            while (true)
            {
                try
                {
                    await work();
                    return;
                }
                catch (MemoryServerException)
                {
                    await Task.Delay(50);
                }
            }
        }
    }
}
