namespace Tintype.Storage.Cache;

/// <summary>What all held entries have in common.</summary>
public static class Held
{
    /// <summary>One read in so many (by count, or by the clock's last digits) looks the key up all the same, so that it keeps its place in the cache.</summary>
    public const int LookedUpEvery = 16;
}

/// <summary>
/// An entry of a cache in somebody's hands, who reads it again without looking it up. It says by itself when it is not good any more:
/// forgotten, given up for want of room, or due to be renewed; then it is to be looked up anew.
/// </summary>
public abstract class Held<TValue> where TValue : class
{
    private volatile bool isGone;
    private long goodUntil;
    private TValue? value;

    /// <param name="now">In ticks of the cache's clock.</param>
    /// <returns>False while it is being loaded, and from when it is to be looked up anew.</returns>
    public bool TryRead(long now, out TValue? read)
    {
        var until = Volatile.Read(ref goodUntil);
        return TryRead(out read) && now < until;
    }

    /// <summary>What it has, good or not.</summary>
    /// <returns>False once it was let go: it has nothing any more.</returns>
    private protected bool TryRead(out TValue? read)
    {
        read = Volatile.Read(ref value);
        return !isGone; // Looked at last: a value that was taken away is never mistaken for none.
    }

    private protected long GoodUntil => Volatile.Read(ref goodUntil);

    private protected void Put(TValue? loaded) => Volatile.Write(ref value, loaded);

    private protected void PutInPlaceOf(TValue read, TValue next) => Interlocked.CompareExchange(ref value, next, read);

    /// <summary>What was loaded before a write is not good after it: whichever of this and <see cref="LetGo"/> comes last sees the other.</summary>
    private protected void KeepUntil(long until)
    {
        Interlocked.Exchange(ref goodUntil, until);
        if (isGone)
        {
            Empty();
        }
    }

    /// <summary>
    /// To be called once the cache does not have it any more. It lets its value go at once: the queue of use keeps entries that were forgotten
    /// until their turn to make way comes, which may be thousands of entries later.
    /// </summary>
    internal void LetGo()
    {
        isGone = true;
        Empty();
    }

    private void Empty()
    {
        Interlocked.Exchange(ref goodUntil, 0);
        Volatile.Write(ref value, null);
    }
}
