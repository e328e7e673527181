using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tintype.Cards;
using Tintype.Servers;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Bench;

/// <summary>
/// From when a photo's bytes are safe and its upload is answered until it stands in the feed of every active follower: ten uploads a second
/// over HTTP by authors whom a thousand people follow, all of whose feeds are warm. What all see is looked up in the feeds kept; that it
/// is so over HTTP too, by one follower of each photo.
/// </summary>
internal static class LagBench
{
    private const int Followers = 1000;
    private const int Authors = 20;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(int seconds, bool onRedis)
    {
        var report = new Report("lag");
        await using var server = onRedis ? await RedisServer.StartAsync() : null;
        await using var crowd = await Crowd.StartAsync(settings => settings.Memory.Servers = server?.Configuration ?? settings.Memory.Servers);
        var (authors, readers) = (await crowd.PeopleAsync("author", Authors), await crowd.PeopleAsync("reader", Followers));
        await crowd.Get<FollowImport>().AddAsync([.. readers.SelectMany(reader => authors.Select(author => (reader.Id, author.Id)))]);
        await crowd.JobsDoneAsync();
        await Parallel.ForEachAsync(readers, async (reader, _) => await crowd.HomeAsync(reader));
        while (crowd.Get<IFeedStore>() is RedisFeedStore { HearsAll: false })
        {
            await Task.Delay(50);
        }
        // Once more: copies fetched before everything was heard are good for five seconds only.
        await Parallel.ForEachAsync(readers, async (reader, _) => await crowd.HomeAsync(reader));
        var pictures = Enumerable.Range(0, 20).Select(Crowd.Jpeg).ToArray();
        report.Say($"{Followers:N0} followers of {Authors} authors, an upload every {Every.TotalMilliseconds} ms for {seconds} s, feeds {(onRedis ? "on Redis" : "in process")}, {Environment.ProcessorCount} cores");

        for (var n = 0; n < Authors; n++) // The first pictures wait for compilers and libraries.
        {
            await crowd.PostAsync(authors[n], await crowd.UploadAsync(authors[n], pictures[n % pictures.Length]));
        }
        await crowd.JobsDoneAsync();

        var (lags, afterPost, unseen, running) = (new ConcurrentBag<double>(), new ConcurrentBag<double>(), 0, new List<Task>());
        using var timer = new PeriodicTimer(Every);
        for (var n = 0; n < seconds * 1000 / Every.TotalMilliseconds; n++)
        {
            await timer.WaitForNextTickAsync();
            var number = n;
            running.Add(Task.Run(async () =>
            {
                var author = authors[number % Authors];
                var photo = await crowd.UploadAsync(author, pictures[number % pictures.Length]);
                var safe = Stopwatch.GetTimestamp();
                var post = await crowd.PostAsync(author, photo);
                var answered = Stopwatch.GetTimestamp();
                if (!await SeenByAllAsync(crowd, readers, post))
                {
                    Interlocked.Increment(ref unseen);
                }
                lags.Add(Stopwatch.GetElapsedTime(safe).TotalMilliseconds);
                afterPost.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
                var page = await crowd.HomeAsync(readers[Random.Shared.Next(readers.Length)]);
                if (!page.Contains($"\"id\":\"{post}\"", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref unseen);
                }
            }));
        }
        await Task.WhenAll(running);
        Tell(report, "upload answered -> in all feeds", [.. lags.Order()]);
        Tell(report, "post answered   -> in all feeds", [.. afterPost.Order()]);
        report.Say($"photos that somebody did not see: {unseen} of {lags.Count} (to reach: 0, and p99 at most 2,000 ms)");
        await report.KeepAsync();
        return 0;
    }

    private static async Task<bool> SeenByAllAsync(Crowd crowd, Visitor[] readers, PostId post)
    {
        var (feeds, relations) = (crowd.Get<IFeedStore>(), crowd.Get<RelationCache>());
        var deadline = Stopwatch.StartNew();
        for (var next = 0; deadline.Elapsed < Patience;)
        {
            var who = await relations.GetAsync(readers[next].Id);
            if (feeds.TryGet(who.ViewerId, who.Fingerprint, out var ids) && ids.Rising.Contains(post.Value))
            {
                if (++next == readers.Length)
                {
                    return true;
                }
                continue;
            }
            await Task.Delay(5);
        }
        return false;
    }

    private static void Tell(Report report, string what, double[] sorted) => report.Say(
        $"{what}  {sorted[sorted.Length / 2],8:N0} ms median {sorted[(int)(sorted.Length * 0.99)],8:N0} ms p99 {sorted[^1],8:N0} ms at most");
}
