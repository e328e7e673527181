using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Tintype.Servers;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Tintype.Storage.Model;

namespace Tintype.Bench;

/// <summary>
/// Deliveries a second: pushes of posts to a thousand feeds each, in this process on one thread, and to a Redis of its own beside raw
/// pipelined APPENDs of the same 8 bytes by the same client to as many keys, in turns; and bytes a delivered post takes.
/// </summary>
internal static class FanOutBench
{
    private const int Followers = 1000;
    private const int OneIn = 20;
    private const int AtOnce = 4;
    private const int Rounds = 7;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);
    private static readonly FeedOptions Options = new(800, 1_000_000, TimeSpan.FromDays(14));

    /// <summary>
    /// Between two posts of all authors together: a feed of a hundred or two hundred people who post once a day gets one in some minutes, as
    /// the one in twenty that the feeds here get of these.
    /// </summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(21.6);

    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int posts;

    /// <param name="people">Whose feeds are kept, each full.</param>
    public static async Task<int> RunAsync(int people)
    {
        var report = new Report("fanout");
        var owners = Enumerable.Range(0, people).Select(n => new AccountId(100_000_000_000_000_000 + (n * 7919L))).ToArray();
        report.Say($"{people:N0} feeds of {Options.Length} posts, {Followers} followers a post, {Environment.ProcessorCount} cores");

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var local = new LocalFeedStore(Options, TimeProvider.System);
        await FillAsync(local, owners);
        var built = GC.GetTotalMemory(forceFullCollection: true) - before;
        var inProcess = new List<(double Rate, double OfCpu)>();
        for (var round = 0; round < Rounds; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var rate = await RateAsync(1, some => local.PushAsync(NextPost(), some), owners);
            inProcess.Add((rate, rate * Each.TotalSeconds / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds));
        }
        report.Say($"in process, one thread    {Median([.. inProcess.Select(round => round.OfCpu)]),12:N0} deliveries in a second of CPU (to reach: 1,000,000), {Median([.. inProcess.Select(round => round.Rate)]):N0} in a second");

        report.Say($"bytes an id in process    {BytesInProcess(local, owners, before),12:N1} as pushed, {(double)built / (people * Options.Length),6:N1} as built, with all that a feed is (at most 8)");

        foreach (var (noted, followed) in new[] { (10, 1), (100, 5), (1000, 5) })
        {
            report.Say($"a read merges {noted,5:N0} noted authors, {followed} of them followed {await MergeAsync(local, owners[0], noted, followed),6:N1} us");
        }

        await using var server = await RedisServer.StartAsync();
        await using var memory = new RedisConnection(new RedisOptions(server.Configuration + ",asyncTimeout=10000,allowAdmin=true", "bench:"), NullLogger<RedisConnection>.Instance);
        await memory.StartAsync(CancellationToken.None);
        await using var worker = new RedisFeedStore(memory, Options, TimeProvider.System, NullLogger<RedisFeedStore>.Instance);
        await using (var reader = new RedisFeedStore(memory, Options, TimeProvider.System, NullLogger<RedisFeedStore>.Instance))
        {
            await FillAsync(reader, owners); // Whoever reads has copies; a worker has none.
        }
        await memory.AskAsync(database => Task.WhenAll(owners.Select(owner => database.StringSetAsync(RawKey(owner), new byte[6400]))));
        // What is appended to for the first time is copied to where it has room: not what is to be measured.
        await AppendAsync(memory, NextPost(), owners);
        var (ours, raw) = (new List<Turn>(), new List<Turn>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await TurnAsync(memory, some => worker.PushAsync(NextPost(), some), owners));
            raw.Add(await TurnAsync(memory, some => AppendAsync(memory, NextPost(), some), owners));
        }
        Tell(report, "to Redis             ", ours);
        Tell(report, "raw pipelined APPENDs", raw);
        report.Say($"share of raw by rate      {Median([.. ours.Zip(raw, (our, other) => our.Rate / other.Rate)]),12:N2} (to reach: 0.5)");
        report.Say($"share by CPU of both      {Median([.. ours.Zip(raw, (our, other) => (other.Client + other.Server) / (our.Client + our.Server))]),12:N2}");
        report.Say($"bytes an id on the server {await BytesAsync(memory, owners),12:N1} (at most 12)");
        await report.KeepAsync();
        return 0;
    }

    /// <summary>Microseconds that a read of a full feed takes longer because some authors' posts, ten of each, are noted instead of pushed.</summary>
    private static async Task<double> MergeAsync(LocalFeedStore local, AccountId reader, int noted, int followed)
    {
        const int reads = 5000;
        var beside = new LocalFeedStore(Options, TimeProvider.System);
        for (var author = 1; author <= noted; author++)
        {
            for (var n = 0; n < 10; n++)
            {
                await beside.NoteAsync(new(author), NextPost());
            }
        }
        local.TryGet(reader, 1, out var feed);
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < 2 * reads; n++)
        {
            if (n == reads)
            {
                watch.Restart(); // The first half was for the compiler.
            }
            beside.Unpushed.MergeInto(feed, author => author.Value <= followed);
        }
        return watch.Elapsed.TotalMicroseconds / reads;
    }

    private static double BytesInProcess(LocalFeedStore local, AccountId[] owners, long before)
    {
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return bytes / owners.Sum(owner => local.TryGet(owner, 1, out var feed) ? (double)feed.Count : throw new InvalidOperationException($"{owner} has no feed."));
    }

    private static async Task FillAsync(IFeedStore store, AccountId[] owners)
    {
        var before = Interlocked.Add(ref posts, OneIn * Options.Length) - (OneIn * Options.Length);
        await Parallel.ForEachAsync(owners, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (owner, _) =>
        {
            var mine = Random.Shared.Next(OneIn);
            await store.BuildAsync(owner, 1, most => Task.FromResult<IReadOnlyList<long>>([.. Enumerable.Range(0, most).Select(n => Post(before + mine + (n * OneIn)).Value)]));
        });
    }

    private static PostId NextPost() => Post(Interlocked.Increment(ref posts));

    private static PostId Post(int number) => new(IdLayout.Compose(First + (number * Between), Random.Shared.Next(64), Random.Shared.Next(1024)));

    private static async Task<double> RateAsync(int atOnce, Func<AccountId[], Task> push, AccountId[] owners)
    {
        var delivered = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < Each)
            {
                var some = Random.Shared.GetItems(owners, Followers);
                await push(some);
                Interlocked.Add(ref delivered, some.Length);
            }
        })));
        return delivered / watch.Elapsed.TotalSeconds;
    }

    private static async Task<Turn> TurnAsync(RedisConnection memory, Func<AccountId[], Task> push, AccountId[] owners)
    {
        var (client, server) = (Environment.CpuUsage.TotalTime, await ServerCpuAsync(memory));
        var rate = await RateAsync(AtOnce, push, owners);
        var deliveries = rate * Each.TotalSeconds;
        return new Turn(rate, (Environment.CpuUsage.TotalTime - client).TotalMicroseconds / deliveries, (await ServerCpuAsync(memory) - server) * 1e6 / deliveries);
    }

    /// <summary>Seconds of CPU the server has used.</summary>
    private static async Task<double> ServerCpuAsync(RedisConnection memory) =>
        ((string)(await memory.AskAsync(database => database.ExecuteAsync("INFO", "cpu")))!).Split('\n')
            .Where(line => line.StartsWith("used_cpu_user:", StringComparison.Ordinal) || line.StartsWith("used_cpu_sys:", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(':')[1], CultureInfo.InvariantCulture));

    private static void Tell(Report report, string what, List<Turn> turns) => report.Say(
        $"{what}     {Median([.. turns.Select(turn => turn.Rate)]),12:N0} deliveries/s at {Median([.. turns.Select(turn => turn.Server)]):N2} us of the server and {Median([.. turns.Select(turn => turn.Client)]):N2} us of the client");

    private static Task AppendAsync(RedisConnection memory, PostId post, AccountId[] owners)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, post.Value);
        return memory.AskAsync(database => Task.WhenAll(owners.Select(owner => database.StringAppendAsync(RawKey(owner), bytes))));
    }

    private static string RawKey(AccountId owner) => $"raw:{owner.Value}";

    private static async Task<double> BytesAsync(RedisConnection memory, AccountId[] owners)
    {
        var feeds = new SharedFeeds(memory, Options);
        var (bytes, ids) = (0.0, 0.0);
        foreach (var owner in owners.Take(100))
        {
            foreach (var key in feeds.KeysOf(owner))
            {
                bytes += (long)await memory.AskAsync(database => database.ExecuteAsync("MEMORY", "USAGE", key));
            }
            var feed = (await feeds.FindAsync(owner))!;
            ids += feed.Ids.Count(id => id >= feed.Floor);
        }
        return bytes / ids;
    }

    /// <param name="Client">Microseconds of CPU for each delivery; <paramref name="Server"/> likewise.</param>
    private sealed record Turn(double Rate, double Client, double Server);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
