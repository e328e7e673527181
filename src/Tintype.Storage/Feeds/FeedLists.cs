using System.Collections.Concurrent;
using Prometheus;

namespace Tintype.Storage.Feeds;

/// <summary>What making a feed gave.</summary>
/// <param name="Ids">In any order.</param>
/// <param name="Floor">Every id at or above it that belongs is among them; 0: there are no older ones.</param>
/// <param name="Term">How long it is good for.</param>
internal readonly record struct MadeFeed(IReadOnlyList<long> Ids, long Floor, FeedTerm Term = FeedTerm.Long)
{
    /// <summary>Of what a pull of at most <paramref name="asked"/> gave.</summary>
    public static MadeFeed Of(IReadOnlyList<long> pulled, int asked, FeedTerm term = FeedTerm.Long) => new(pulled, pulled.Count < asked ? 0 : pulled.Min(), term);
}

/// <summary>Once: for those who wait for it only. Short: a few seconds. Long: as long as every push is heard of.</summary>
internal enum FeedTerm { Once, Short, Long }

/// <summary>
/// The feeds in this process, packed. All there are where one process is all; copies where a memory server has them, good while this
/// process hears of every push (<see cref="Resume"/>, <see cref="Suspend"/>), and a short term longer, each a little shorter or longer, so
/// that they are not all made anew at once.
/// </summary>
internal sealed class FeedLists(FeedOptions options, TimeProvider time)
{
    private const int LookedUpAtOnce = 32;

    private static readonly Counter Pushes = Metrics.CreateCounter("tintype_feed_pushes_total", "Ids pushed into feeds that this process keeps.");
    private static readonly Counter Evictions = Metrics.CreateCounter("tintype_feed_evictions_total", "Feeds given up: too many, or unread too long.");
    private static readonly Gauge Kept = Metrics.CreateGauge("tintype_feeds", "Feeds kept ahead of time.");
    private static readonly Gauge KeptBytes = Metrics.CreateGauge("tintype_feed_bytes", "Bytes of the ids in them, as of the last sweep.");

    private readonly ConcurrentDictionary<AccountId, Feed> feeds = new();
    private volatile Hearing hearing = new(1, long.MaxValue, 0);
    private int sweeping;

    public int Count => feeds.Count;

    /// <summary>Is told, once a fourteenth of the time after which feeds are given up, that a person still comes.</summary>
    public Action<AccountId>? Visited { get; init; }

    public bool TryGet(AccountId owner, ulong fingerprint, ref KeptFeed? atHand, out FeedIds ids)
    {
        ids = default;
        var now = time.GetUtcNow().Ticks;
        if (atHand is not Feed { IsGone: false } feed)
        {
            if (!feeds.TryGetValue(owner, out feed!))
            {
                return false;
            }
            atHand = feed;
        }
        if (Visited is not null && feed.NoteVisit(now, options.ActiveFor.Ticks / 14))
        {
            Visited(owner);
        }
        return feed.TryRead(fingerprint, hearing, now, out ids);
    }

    /// <summary>Makes a feed, once however many ask for it at the same time.</summary>
    public async Task<FeedIds> MakeAsync(AccountId owner, ulong fingerprint, Func<Task<MadeFeed>> make)
    {
        var feed = feeds.GetOrAdd(owner, _ => new Feed(options.Length, Random.Shared.NextInt64(options.ShortTerm.Ticks / 2 + 1)));
        if (feed.Begin(fingerprint, hearing, time.GetUtcNow().Ticks, out var isMine, out var ready) is not { } build)
        {
            return ready;
        }
        if (isMine)
        {
            try
            {
                var made = await make();
                build.Done.SetResult(feed.Finish(build, made, (time.GetUtcNow() + options.ShortTerm).Ticks));
            }
            catch (Exception error)
            {
                feed.Abandon(build);
                build.Done.SetException(error);
            }
            Sweep();
        }
        return await build.Done.Task;
    }

    /// <remarks>
    /// Feeds lie scattered over more memory than any cache of the processor holds, and a lock makes it wait for what was read before. So several
    /// are looked up and touched before the first is locked: their memory is fetched at the same time, not one after the other.
    /// </remarks>
    public void Push(long post, ReadOnlySpan<AccountId> owners)
    {
        var oldest = (time.GetUtcNow() - options.ActiveFor).Ticks;
        var pushed = 0;
        var found = new Feed?[Math.Min(owners.Length, LookedUpAtOnce)];
        for (; owners.Length > 0; owners = owners[Math.Min(owners.Length, found.Length)..])
        {
            var some = owners[..Math.Min(owners.Length, found.Length)];
            for (var n = 0; n < some.Length; n++)
            {
                found[n] = feeds.GetValueOrDefault(some[n]);
            }
            foreach (var feed in found.AsSpan(0, some.Length))
            {
                feed?.Touch();
            }
            for (var n = 0; n < some.Length; n++)
            {
                if (found[n] is not { } feed)
                {
                    continue;
                }
                if (feed.LastRead < oldest)
                {
                    Evict(some[n], feed);
                    continue;
                }
                feed.Add(post);
                pushed++;
            }
        }
        Pushes.Inc(pushed);
    }

    public void Remove(long post, ReadOnlySpan<AccountId> owners)
    {
        foreach (var owner in owners)
        {
            if (feeds.TryGetValue(owner, out var feed))
            {
                feed.Remove(post);
            }
        }
    }

    public void Drop(ReadOnlySpan<AccountId> owners)
    {
        foreach (var owner in owners)
        {
            if (feeds.TryGetValue(owner, out var feed))
            {
                feed.LetGo(); // First: once another stands in its place, nobody reads this one.
                feeds.TryRemove(owner, out var removed);
                removed?.LetGo(); // The same, but for one that came meanwhile.
            }
        }
    }

    /// <summary>From now on every push is heard of; what is here may have missed some, and is good for what is left of its short term.</summary>
    public void Resume() => hearing = new(hearing.Epoch + 1, long.MaxValue, hearing.Until);

    /// <summary>From now on pushes may be missed: what is here is good for a short term.</summary>
    public void Suspend()
    {
        if (hearing.Until == long.MaxValue)
        {
            hearing = hearing with { Until = (time.GetUtcNow() + options.ShortTerm).Ticks };
        }
    }

    private void Evict(AccountId owner, Feed feed)
    {
        feed.LetGo();
        if (feeds.TryRemove(new(owner, feed)))
        {
            Evictions.Inc();
        }
    }

    /// <summary>
    /// Beyond the bound, gives up the tenth that was read longest ago. A sweep looks at all feeds, so it comes once in a tenth of them:
    /// ten looks for each new feed.
    /// </summary>
    private void Sweep()
    {
        if (feeds.Count <= options.MaxFeeds || Interlocked.Exchange(ref sweeping, 1) == 1)
        {
            Kept.Set(feeds.Count);
            return;
        }
        var byLastRead = feeds.ToArray();
        Array.Sort(byLastRead, (one, other) => one.Value.LastRead.CompareTo(other.Value.LastRead));
        foreach (var (owner, feed) in byLastRead.AsSpan(0, byLastRead.Length - options.MaxFeeds + options.MaxFeeds / 10))
        {
            Evict(owner, feed);
        }
        Kept.Set(feeds.Count);
        KeptBytes.Set(feeds.Sum(pair => pair.Value.Bytes));
        Volatile.Write(ref sweeping, 0);
    }

    /// <summary>What was made in another epoch missed something.</summary>
    /// <param name="Until">When what was made in this one stops being good, should it not say for itself.</param>
    /// <param name="BeforeUntil">The same of what was made in the one before.</param>
    private sealed record Hearing(long Epoch, long Until, long BeforeUntil);

    /// <summary>A build on its way: who waits for it, and what was pushed meanwhile.</summary>
    private sealed class Build(ulong fingerprint, long epoch)
    {
        public ulong Fingerprint => fingerprint;
        public long Epoch => epoch;
        public List<long> PushedMeanwhile { get; } = [];
        public TaskCompletionSource<FeedIds> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <param name="earlier">How much before the others of its epoch it stops being good, in ticks.</param>
    private sealed class Feed(int length, long earlier) : KeptFeed
    {
        // Locked by itself: there is one for everybody who is here.
        private readonly SortedIds ids = new(length);
        private Build? build;
        private ulong builtFor;
        private long builtIn = -1;
        private long goodUntil;
        private long lastRead;
        private long lastVisit;
        private volatile bool isGone;

        /// <summary>It is not among the feeds any more, or will not be in a moment: pushes do not come here.</summary>
        public bool IsGone => isGone;

        public long LastRead => Volatile.Read(ref lastRead);

        public long Bytes
        {
            get
            {
                lock (this)
                {
                    return ids.Bytes;
                }
            }
        }

        public bool TryRead(ulong fingerprint, Hearing hearing, long now, out FeedIds snapshot)
        {
            lock (this)
            {
                lastRead = now;
                snapshot = ids.Snapshot;
                return IsGood(fingerprint, hearing, now);
            }
        }

        private bool IsGood(ulong fingerprint, Hearing hearing, long now) => builtFor == fingerprint && now < GoodUntil(hearing);

        private long GoodUntil(Hearing hearing) => (hearing.Epoch - builtIn) switch
        {
            0 or 1 when goodUntil > 0 => goodUntil,
            0 => hearing.Until - earlier,
            1 => hearing.BeforeUntil - earlier,
            _ => 0,
        };

        /// <returns>Whether the last one that was noted is so long ago.</returns>
        public bool NoteVisit(long now, long every) =>
            Volatile.Read(ref lastVisit) is var last && now - last > every && Interlocked.CompareExchange(ref lastVisit, now, last) == last;

        /// <summary>Joins the build for these relations, or starts one that takes the place of any other.</summary>
        /// <param name="ready">What is here.</param>
        /// <returns>Null when that is good: it was built between the look for it and now.</returns>
        public Build? Begin(ulong fingerprint, Hearing hearing, long now, out bool isMine, out FeedIds ready)
        {
            lock (this)
            {
                (lastRead, lastVisit) = (now, now);
                ready = ids.Snapshot;
                if (IsGood(fingerprint, hearing, now))
                {
                    isMine = false;
                    return null;
                }
                isMine = build?.Fingerprint != fingerprint || build.Epoch != hearing.Epoch;
                return isMine ? build = new Build(fingerprint, hearing.Epoch) : build!;
            }
        }

        public FeedIds Finish(Build mine, MadeFeed made, long shortTerm)
        {
            lock (this)
            {
                long[] rising = [.. made.Ids.Concat(mine.PushedMeanwhile).Where(id => id >= made.Floor).Distinct().Order()];
                var built = new SortedIds(length);
                if (build == mine)
                {
                    build = null;
                    if (made.Term != FeedTerm.Once && !isGone)
                    {
                        (builtFor, builtIn, built) = (mine.Fingerprint, mine.Epoch, ids);
                        goodUntil = made.Term == FeedTerm.Short ? shortTerm : 0;
                    }
                }
                built.Replace(rising, made.Floor);
                return built.Snapshot;
            }
        }

        public void LetGo()
        {
            lock (this)
            {
                isGone = true;
            }
        }

        public void Abandon(Build mine)
        {
            lock (this)
            {
                build = build == mine ? null : build;
            }
        }

        public void Touch() => ids.Touch();

        public void Add(long id)
        {
            lock (this)
            {
                build?.PushedMeanwhile.Add(id);
                if (builtIn >= 0)
                {
                    ids.Add(id);
                }
            }
        }

        public void Remove(long id)
        {
            lock (this)
            {
                ids.Remove(id);
            }
        }
    }
}
