using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;

namespace Tintype.Bench.Caches;

/// <summary>
/// How many views of posts a cache of cards answers that has room for a fifth of them, when views are Zipf-distributed; and beside it, on the same
/// views, what an eviction reaches that counts use, and what any could.
/// </summary>
/// <remarks>
/// The one that counts is W-TinyLFU (Einziger, Friedman, Manes, "TinyLFU: a highly efficient cache admission policy", 2017). One that knew how popular
/// each post is, but not when it will be asked for, would answer the views that go to the most viewed fifth. The bound is Belady's ("A study of replacement algorithms for a virtual-storage computer", 1966): it knows the future, and gives up what is
/// asked for again last. It also declines what will not be asked for before all that is here.
/// </remarks>
internal static class HitRateBench
{
    private static readonly double[] Exponents = [0.8, 0.9, 1.0, 1.1, 1.2];

    public static async Task<int> RunAsync(int posts, int views)
    {
        var report = new Report("hitrate");
        var room = posts / 5;
        report.Say($"{posts:N0} posts, {views:N0} views of which the first half warms up, a cache of cards for {room:N0} (a fifth); {Report.Machine()}");
        report.Say($"Zipf exponent  hit rate  W-TinyLFU  the best eviction  of what that reaches  views that go to the most viewed fifth");
        var reached = false;
        foreach (var exponent in Exponents)
        {
            var trace = Trace(posts, views, exponent);
            var (rate, counting, best) = (await RateAsync(trace, room), Counting(trace, room), Best(trace, room, posts));
            reached |= rate >= 0.9;
            report.Say($"{exponent,13:N1}  {rate,8:P1}  {counting,9:P1}  {best,17:P1}  {rate / best,20:P1}  {Top(posts, room, exponent),40:P1}");
        }
        report.Say($"to reach: a hit rate of 90 %");
        await report.KeepAsync();
        return reached ? 0 : 1;
    }

    /// <summary>Views by rank; a post's id says nothing of its rank.</summary>
    private static int[] Trace(int posts, int views, double exponent)
    {
        var random = new Random(7);
        var sums = new double[posts];
        for (var rank = 0; rank < posts; rank++)
        {
            sums[rank] = (rank == 0 ? 0 : sums[rank - 1]) + (1 / Math.Pow(rank + 1, exponent));
        }
        var ids = Enumerable.Range(0, posts).ToArray();
        random.Shuffle(ids);
        return [.. Enumerable.Range(0, views).Select(_ =>
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            return ids[Math.Min(posts - 1, at < 0 ? ~at : at)];
        })];
    }

    /// <summary>Of the cache that cards are in.</summary>
    private static async Task<double> RateAsync(int[] trace, int room)
    {
        var policy = CachePolicies.Cards with { Name = $"cards of {room} for a bench", Entries = room, Megabytes = 1 << 20, WhenHeard = TimeSpan.FromDays(1) };
        var cache = new PromiseCache<PostId, object>(policy, CacheLevels.Alone(TimeProvider.System));
        var (card, loads) = (new object(), 0);
        var half = trace.Length / 2;
        for (var n = 0; n < trace.Length; n++)
        {
            loads = n == half ? 0 : loads;
            await cache.GetAsync(new PostId(trace[n] + 1), _ =>
            {
                loads++;
                return Task.FromResult<object?>(card);
            });
        }
        return 1 - ((double)loads / (trace.Length - half));
    }

    /// <summary>Of W-TinyLFU, which keeps who was asked for more often.</summary>
    private static double Counting(int[] trace, int room)
    {
        var cache = new ConcurrentLfu<int, object>(concurrencyLevel: 1, room, new ForegroundScheduler(), EqualityComparer<int>.Default);
        var (card, loads) = (new object(), 0);
        var half = trace.Length / 2;
        for (var n = 0; n < trace.Length; n++)
        {
            loads = n == half ? 0 : loads;
            cache.GetOrAdd(trace[n], _ =>
            {
                loads++;
                return card;
            });
        }
        return 1 - ((double)loads / (trace.Length - half));
    }

    /// <summary>Of Belady's algorithm.</summary>
    private static double Best(int[] trace, int room, int posts)
    {
        var next = new int[trace.Length];
        var seen = Enumerable.Repeat(int.MaxValue, posts).ToArray();
        for (var n = trace.Length - 1; n >= 0; n--)
        {
            (next[n], seen[trace[n]]) = (seen[trace[n]], n);
        }
        // For each post that is here, when it is asked for next; entries of the queue that say otherwise are over.
        var here = new Dictionary<int, int>(room + 1);
        var last = new PriorityQueue<(int Post, int Next), int>();
        var (hits, half) = (0, trace.Length / 2);
        for (var n = 0; n < trace.Length; n++)
        {
            var post = trace[n];
            hits += here.ContainsKey(post) && n >= half ? 1 : 0;
            here[post] = next[n];
            last.Enqueue((post, next[n]), -next[n]);
            while (here.Count > room)
            {
                var (given, when) = last.Dequeue();
                if (here.TryGetValue(given, out var known) && known == when)
                {
                    here.Remove(given);
                }
            }
        }
        return (double)hits / (trace.Length - half);
    }

    private static double Top(int posts, int room, double exponent) =>
        Enumerable.Range(1, room).Sum(rank => Math.Pow(rank, -exponent)) / Enumerable.Range(1, posts).Sum(rank => Math.Pow(rank, -exponent));
}
