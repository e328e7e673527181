namespace Tintype.Storage.Cache;

/// <summary>
/// An entry of a cache in somebody's hands, who reads it again without looking it up. It says by itself when it is not good any more:
/// forgotten, given up for want of room, or due to be renewed; then it is to be looked up anew.
/// </summary>
public abstract class Held<TValue> where TValue : class
{
    private volatile bool isGone;
    private long goodUntil;

    private protected TValue? value;

    /// <param name="now">In ticks of the cache's clock.</param>
    /// <returns>False while it is being loaded, and from when it is to be looked up anew.</returns>
    public bool TryRead(long now, out TValue? read)
    {
        var until = Volatile.Read(ref goodUntil);
        read = value;
        return now < until;
    }

    private protected long GoodUntil => Volatile.Read(ref goodUntil);

    /// <summary>What was loaded before a write is not good after it: whichever of this and <see cref="LetGo"/> comes last sees the other.</summary>
    private protected void KeepUntil(long until)
    {
        Interlocked.Exchange(ref goodUntil, until);
        if (isGone)
        {
            Volatile.Write(ref goodUntil, 0);
        }
    }

    /// <summary>To be called once the cache does not have it any more.</summary>
    internal void LetGo()
    {
        isGone = true;
        Interlocked.Exchange(ref goodUntil, 0);
    }
}
