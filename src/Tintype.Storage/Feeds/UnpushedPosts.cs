using System.Collections.Concurrent;

namespace Tintype.Storage.Feeds;

/// <summary>
/// The posts that were not pushed because their authors have too many followers: readers who follow such an author merge these in. So a
/// post of an author with a million followers costs one entry here, not a million pushes nor a million queries. There are few such
/// authors, so every process has all of it.
/// </summary>
/// <remarks>
/// No gap and no double when an author grows over the threshold or shrinks below it: each post is either pushed or here, as the job
/// that spread it decided, and feeds built since have it from their pull; readers drop doubles. It lives as long as the feeds beside it do.
/// </remarks>
public sealed class UnpushedPosts(FeedOptions options)
{
    private ConcurrentDictionary<AccountId, SortedIds> byAuthor = new();
    private ConcurrentDictionary<AccountId, SortedIds>? arriving;
    private long version;

    /// <summary>To be read before merging: while it stays the same, merging the same gives the same.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>The feed with the unpushed posts of these authors in it.</summary>
    /// <param name="isFollowed">Whether the reader follows an author.</param>
    public FeedIds MergeInto(FeedIds feed, Func<AccountId, bool> isFollowed)
    {
        var authors = Volatile.Read(ref byAuthor);
        if (authors.IsEmpty)
        {
            return feed;
        }
        List<FeedIds>? found = null;
        var (count, floor) = (0, feed.Floor);
        foreach (var (author, ids) in authors)
        {
            if (isFollowed(author))
            {
                FeedIds unpushed;
                lock (ids)
                {
                    unpushed = ids.Snapshot;
                }
                (found ??= []).Add(unpushed);
                count += unpushed.Count;
                floor = Math.Max(floor, unpushed.Floor);
            }
        }
        return found is null ? feed : Merge(feed, found, count + feed.Count, floor);
    }

    internal void Add(AccountId author, long post)
    {
        AddTo(byAuthor, author, post);
        if (arriving is { } next)
        {
            AddTo(next, author, post);
        }
        Interlocked.Increment(ref version);
    }

    /// <returns>Whether it was here.</returns>
    internal bool Remove(AccountId author, long post)
    {
        if (arriving is { } next)
        {
            RemoveFrom(next, author, post);
        }
        var wasHere = RemoveFrom(byAuthor, author, post);
        Interlocked.Increment(ref version);
        return wasHere;
    }

    /// <summary>Begins anew beside what there is; what is added from now on is in both.</summary>
    internal void BeginReload() => Volatile.Write(ref arriving, new());

    /// <summary>Ends what was begun: what stands elsewhere takes the place of what was here.</summary>
    /// <param name="keepsOld">What was here stays beside it: elsewhere it was lost, and there are feeds that were made with it.</param>
    internal void EndReload(IEnumerable<(AccountId Author, FeedIds Ids)> elsewhere, bool keepsOld = false)
    {
        var next = arriving ?? new();
        foreach (var (author, there) in elsewhere)
        {
            Include(next, author, there);
        }
        foreach (var (author, ids) in keepsOld ? byAuthor : [])
        {
            FeedIds here;
            lock (ids)
            {
                here = ids.Snapshot;
            }
            Include(next, author, here);
        }
        Volatile.Write(ref byAuthor, next);
        Volatile.Write(ref arriving, null);
        Interlocked.Increment(ref version);
    }

    private void Include(ConcurrentDictionary<AccountId, SortedIds> lists, AccountId author, FeedIds more)
    {
        var ids = lists.GetOrAdd(author, _ => new SortedIds(options.Length));
        lock (ids)
        {
            var floor = Math.Max(more.Floor, ids.Snapshot.Floor);
            long[] all = [.. more.Rising.Concat(ids.Snapshot.Rising).Where(id => id >= floor).Distinct().Order()];
            ids.Replace(all, floor);
        }
    }

    private void AddTo(ConcurrentDictionary<AccountId, SortedIds> lists, AccountId author, long post)
    {
        var ids = lists.GetOrAdd(author, _ => new SortedIds(options.Length));
        lock (ids)
        {
            ids.Add(post);
        }
    }

    private static bool RemoveFrom(ConcurrentDictionary<AccountId, SortedIds> lists, AccountId author, long post)
    {
        if (!lists.TryGetValue(author, out var ids))
        {
            return false;
        }
        lock (ids)
        {
            return ids.Remove(post);
        }
    }

    private static FeedIds Merge(FeedIds feed, List<FeedIds> unpushed, int count, long floor)
    {
        var all = new long[count];
        feed.CopyTo(all);
        var end = feed.Count;
        foreach (var one in unpushed)
        {
            one.CopyTo(all.AsSpan(end));
            end += one.Count;
        }
        // A few sorted runs behind each other: introsort takes some ten microseconds for a thousand.
        Array.Sort(all);
        var kept = 0;
        foreach (var id in all)
        {
            if (id >= floor && (kept == 0 || all[kept - 1] != id))
            {
                all[kept++] = id;
            }
        }
        return new FeedIds(new(all, 0, kept), floor);
    }
}
