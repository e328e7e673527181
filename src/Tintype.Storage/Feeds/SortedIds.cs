using System.Runtime.CompilerServices;

namespace Tintype.Storage.Feeds;

/// <summary>
/// Post ids in rising order: the newest, which nearly all readers want, as they are; older ones packed (<see cref="PackedIds"/>). Readers take
/// a <see cref="FeedIds"/> in constant time and keep it as long as they like.
/// </summary>
/// <remarks>
/// What a reader holds never changes: appending (nearly every push is the newest id) writes behind the end of it, and whatever else
/// happens copies. Not for several threads at once: its owner locks.
/// </remarks>
/// <param name="open">Ids that stay unpacked when some are packed, and most that are packed in one go.</param>
internal sealed class SortedIds(int most, int open = 64)
{
    // A full list drops its oldest ids in strides of this share, so that a push copies the list once in many.
    private const int Slack = 8;

    // Room that is made at a time: every array that was outgrown has to be collected, and for who has many ids more room is little.
    private const int Growth = 8;
    private const int GrowthOfMany = 32;

    private PackedIds? older;
    private long[] newest = [];
    private int count;

    /// <summary>Every id at or above it that belongs here is here; 0: there are no older ones.</summary>
    public long Floor { get; private set; }

    public FeedIds Snapshot => new(new ArraySegment<long>(newest, 0, count), older, Floor);

    /// <summary>Bytes held by the ids.</summary>
    public long Bytes => 8L * newest.Length + (older?.Bytes ?? 0);

    private int Length => count + (older?.Count ?? 0);

    public void Replace(IReadOnlyList<long> rising, long floor)
    {
        newest = [.. rising];
        count = newest.Length;
        older = null;
        Floor = floor;
        Settle(most);
    }

    /// <summary>Reads what adding a newest id will read, for the processor to have it at hand. Not in turn with others: what it gives means nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Else nothing would be read, as nobody wants it.
    public long Touch()
    {
        var (ids, end) = (newest, count);
        return (older?.Last ?? 0) + (end > 0 && end <= ids.Length ? ids[end - 1] : 0);
    }

    /// <summary>Adds an id unless it is here already or lies below the floor.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(long id)
    {
        if (id < Floor || !(id <= older?.Last ? AddOlder(id) : AddNewest(id)))
        {
            return false;
        }
        Settle(most + most / Slack);
        return true;
    }

    /// <returns>Whether it was here.</returns>
    public bool Remove(long id)
    {
        if (id <= older?.Last)
        {
            var ids = older.ToArray();
            var place = Array.BinarySearch(ids, id);
            if (place >= 0)
            {
                older = PackedIds.Of([.. ids.AsSpan(0, place), .. ids.AsSpan(place + 1)]);
            }
            return place >= 0;
        }
        var at = Array.BinarySearch(newest, 0, count, id);
        if (at < 0)
        {
            return false;
        }
        newest = [.. newest.AsSpan(0, at), .. newest.AsSpan(at + 1, count - at - 1)];
        count--;
        return true;
    }

    private bool AddOlder(long id)
    {
        var ids = older!.ToArray();
        var place = ~Array.BinarySearch(ids, id);
        if (place >= 0)
        {
            older = PackedIds.Of([.. ids.AsSpan(0, place), id, .. ids.AsSpan(place)]);
        }
        return place >= 0;
    }

    private bool AddNewest(long id)
    {
        var at = count > 0 && newest[count - 1] < id ? count : ~Array.BinarySearch(newest, 0, count, id);
        if (at < 0)
        {
            return false;
        }
        if (at < count || count == newest.Length)
        {
            var grown = new long[count + (older is null ? Growth : GrowthOfMany)];
            Array.Copy(newest, 0, grown, 0, at);
            Array.Copy(newest, at, grown, at + 1, count - at);
            newest = grown;
        }
        newest[at] = id;
        count++;
        return true;
    }

    /// <summary>
    /// Beyond <paramref name="bound"/>, drops the oldest; of many that are not packed, packs those that are not among the newest. Either copies
    /// what is packed, so what must be dropped is a reason to pack too.
    /// </summary>
    private void Settle(int bound)
    {
        var drop = Length > bound ? Length - most : 0;
        var cut = Math.Max(0, drop - (older?.Count ?? 0));
        var packed = Math.Max(cut, count > 2 * open || (drop > 0 && older is not null) ? count - open : 0);
        if (drop == 0 && packed == 0)
        {
            return;
        }
        older = PackedIds.Append(older?.Without(drop), newest.AsSpan(cut, packed - cut));
        newest = newest.AsSpan(packed, count - packed).ToArray();
        count = newest.Length;
        Floor = drop > 0 ? older?.First ?? newest[0] : Floor;
    }
}

/// <summary>The ids of a list at one moment, in rising order.</summary>
/// <param name="Newest">Those above all of <paramref name="Older"/>.</param>
/// <param name="Older">Null when there are none, or few.</param>
/// <param name="Floor">Every id at or above it is here; 0: there are no older ones.</param>
public readonly record struct FeedIds(ArraySegment<long> Newest, PackedIds? Older, long Floor)
{
    public static readonly FeedIds Empty = new(ArraySegment<long>.Empty, 0);

    public FeedIds(ArraySegment<long> rising, long floor)
        : this(rising, null, floor)
    {
    }

    public int Count => Newest.Count + (Older?.Count ?? 0);

    /// <summary>All of them, unpacked where some are packed: some microseconds for hundreds.</summary>
    public ArraySegment<long> Rising
    {
        get
        {
            if (Older is null)
            {
                return Newest;
            }
            var rising = new long[Count];
            CopyTo(rising);
            return rising;
        }
    }

    public void CopyTo(Span<long> rising)
    {
        Older?.CopyTo(rising);
        Newest.AsSpan().CopyTo(rising[(Older?.Count ?? 0)..]);
    }
}
