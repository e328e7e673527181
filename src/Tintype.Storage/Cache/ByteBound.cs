using BitFaster.Caching.Lru;

namespace Tintype.Storage.Cache;

/// <summary>
/// The room of a cache: as many entries as it may have, and no more than its bytes have room for. What an entry takes is measured on a few of
/// them every now and then.
/// </summary>
/// <remarks>
/// Not each value: walking one costs as much as loading it from the shared level. Entries of one cache are alike. The parts are those that
/// BitFaster's LRU has by itself: a tenth for what is new, a tenth for what is about to go, the rest for what was read again.
/// </remarks>
/// <param name="mostBytes">Of keys, values, and what each entry takes beside them.</param>
internal sealed class ByteBound(int mostEntries, long mostBytes) : ICapacityPartition
{
    /// <summary>What an entry takes beside key and value: a promise, a node of the dictionary, a place in the queue of use.</summary>
    public const int BytesBeside = 200;

    // Often while it grows from nothing, seldom once it is large.
    private const int FirstMeasured = 32;
    private const int MeasuredAtLeastEvery = 1024;

    // Until it was measured: parts of an LRU grow well and shrink badly. Enough for what a process that just started loads at once.
    private const int RoomAtFirst = 1024;

    // One of each part.
    private const int Least = 3;

    private readonly int mostEntries = Math.Max(Least, mostEntries);
    private int keptSince;
    private int room = Math.Clamp(mostEntries, Least, RoomAtFirst);

    public int Hot => Tenth(Room);
    public int Cold => Tenth(Room);
    public int Warm => Room is var all ? all - (2 * Tenth(all)) : 0;

    private int Room => Volatile.Read(ref room);

    private static int Tenth(int all) => Math.Max(1, all / 10);

    /// <summary>To be called after so many values were put in.</summary>
    /// <param name="entries">How many there are.</param>
    /// <param name="sample">Bytes of each of a few entries.</param>
    /// <param name="giveUp">So many of those used least.</param>
    public void Kept(int values, int entries, Func<IEnumerable<long>> sample, Action<int> giveUp)
    {
        if (Interlocked.Add(ref keptSince, values) >= Math.Clamp(entries / 2, FirstMeasured, MeasuredAtLeastEvery) && Interlocked.Exchange(ref keptSince, 0) > 0)
        {
            var before = Room;
            Volatile.Write(ref room, (int)Math.Clamp(mostBytes / (sample().DefaultIfEmpty(0).Average() + BytesBeside), Least, mostEntries));
            if (Room > before)
            {
                giveUp(1); // Has the LRU notice that it is not full any more.
            }
        }
        // Who comes in pushes one out; those that were too many when the room shrank do not go by themselves.
        if (entries - Room is var over && over > Room / 32)
        {
            giveUp(Math.Min(over, Room));
        }
    }
}
