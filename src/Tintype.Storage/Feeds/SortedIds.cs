namespace Tintype.Storage.Feeds;

/// <summary>
/// Post ids in rising order, packed: 8 bytes each. Readers take a <see cref="FeedIds"/> in constant time and keep it as long as they like.
/// </summary>
/// <remarks>
/// What a reader holds never changes: appending (nearly every push is the newest id) writes behind the end of it, and inserting or
/// removing in the middle copies. Not for several threads at once: its owner locks.
/// </remarks>
internal sealed class SortedIds(int most)
{
    // A full list drops its oldest ids in strides of this share, so that a push copies the list once in many.
    private const int Slack = 8;

    private long[] ids = [];
    private int count;

    /// <summary>Every id at or above it that belongs here is here; 0: there are no older ones.</summary>
    public long Floor { get; private set; }

    public FeedIds Snapshot => new(new ArraySegment<long>(ids, 0, count), Floor);

    /// <summary>Bytes held by the ids.</summary>
    public long Bytes => 8L * ids.Length;

    public void Replace(IReadOnlyList<long> rising, long floor)
    {
        ids = [.. rising];
        count = ids.Length;
        Floor = floor;
        Trim();
    }

    /// <summary>Adds an id unless it is here already or lies below the floor.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(long id)
    {
        if (id < Floor)
        {
            return false;
        }
        var at = count > 0 && ids[count - 1] < id ? count : Array.BinarySearch(ids, 0, count, id) is var found && found < 0 ? ~found : -1;
        if (at < 0)
        {
            return false;
        }
        if (at < count || count == ids.Length)
        {
            var grown = new long[Math.Min(count + 1 + count / Slack, most + most / Slack + 1)];
            Array.Copy(ids, 0, grown, 0, at);
            Array.Copy(ids, at, grown, at + 1, count - at);
            ids = grown;
        }
        ids[at] = id;
        count++;
        if (count > most + most / Slack)
        {
            Trim();
        }
        return true;
    }

    /// <returns>Whether it was here.</returns>
    public bool Remove(long id)
    {
        var at = Array.BinarySearch(ids, 0, count, id);
        if (at < 0)
        {
            return false;
        }
        ids = [.. ids.AsSpan(0, at), .. ids.AsSpan(at + 1, count - at - 1)];
        count--;
        return true;
    }

    private void Trim()
    {
        if (count > most)
        {
            ids = ids.AsSpan(count - most, most).ToArray();
            count = most;
            Floor = ids[0];
        }
    }
}

/// <summary>The ids of a list at one moment, in rising order.</summary>
/// <param name="Floor">Every id at or above it is here; 0: there are no older ones.</param>
public readonly record struct FeedIds(ArraySegment<long> Rising, long Floor)
{
    public static readonly FeedIds Empty = new(ArraySegment<long>.Empty, 0);
}
