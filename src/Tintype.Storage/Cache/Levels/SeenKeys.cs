namespace Tintype.Storage.Cache.Levels;

/// <summary>
/// The keys that this process has lately found on the shared level, as many as fit; and whether they are there no more, because the server was
/// wiped, came back empty, or lost a part of what it had.
/// </summary>
/// <remarks>A key's hash says where it is remembered; of two with one place, the later is. So nothing has to be kept in order, and nothing grows.</remarks>
/// <param name="life">For how long a key that was found should be there, if nobody forgets it.</param>
internal sealed class SeenKeys<TKey>(TimeSpan life, TimeProvider time) where TKey : notnull
{
    private const int PlaceBits = 13;

    // A quarter: one of four nodes is enough.
    private const int Judged = 32;
    private const int Many = Judged / 4;

    // A server that gives up what was just read, for want of room, is not to be filled again and again.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private (TKey Key, long At)[] places = [];
    private int looked;
    private int lost;
    private long restsUntil;

    /// <summary>Notes a look at the server that found a value, or nothing.</summary>
    /// <returns>True where many of the keys that should be there are not; said once, and not again for a while.</returns>
    public bool Note(TKey key, bool isFound)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            if (places.Length == 0)
            {
                if (!isFound)
                {
                    return false;
                }
                places = new (TKey, long)[1 << PlaceBits];
            }
            ref var place = ref places[PlaceOf(key)];
            if (IsFresh(place, now) && place.Key.Equals(key))
            {
                looked++;
                lost += isFound ? 0 : 1;
            }
            if (isFound)
            {
                place = (key, now);
            }
            if (looked < Judged)
            {
                return false;
            }
            var isSaid = lost >= Many && now >= restsUntil;
            restsUntil = isSaid ? now + Ticks(Rest) : restsUntil;
            (looked, lost) = (0, 0);
            return isSaid;
        }
    }

    /// <summary>To be told of every key that was forgotten: it is not lost.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
        {
            if (places.Length > 0 && places[PlaceOf(key)] is { At: not 0 } place && place.Key.Equals(key))
            {
                places[PlaceOf(key)] = default;
            }
        }
    }

    /// <summary>Those that should be there, in no order.</summary>
    public TKey[] Known()
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            return [.. places.Where(place => IsFresh(place, now)).Select(place => place.Key)];
        }
    }

    /// <summary>Ids of one moment differ in their last bits, or in a few in the middle: multiplied, in their first.</summary>
    private static int PlaceOf(TKey key) => (int)((uint)key.GetHashCode() * 0x9E37_79B9 >> (32 - PlaceBits));

    private bool IsFresh((TKey Key, long At) place, long now) => place.At != 0 && now - place.At < Ticks(life);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
