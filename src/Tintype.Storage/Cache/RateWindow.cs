namespace Tintype.Storage.Cache;

/// <summary>A count of one window: what the server said last, and what it has not been told.</summary>
public sealed class RateWindow
{
    // Locked by itself: there is one for everybody who is here, and a lock would weigh as much again.
    private long number;
    private long sum;
    private int untold;

    /// <param name="isTold">The server is being told of them at once.</param>
    internal long Add(long window, int by, bool isTold)
    {
        lock (this)
        {
            if (number != window)
            {
                (number, sum, untold) = (window, 0, 0);
            }
            untold += isTold ? 0 : by;
            return sum = Math.Max(0, sum + by);
        }
    }

    /// <returns>What is to be told now; 0 while it is less than a step.</returns>
    internal int TakeUntold(long window, int step)
    {
        lock (this)
        {
            if (number != window || untold < step)
            {
                return 0;
            }
            (var taken, untold) = (untold, 0);
            return taken;
        }
    }

    /// <summary>The server has counted, and said a sum.</summary>
    internal long Counted(long window, long said)
    {
        lock (this)
        {
            if (number != window)
            {
                return said;
            }
            // What it could not be told while it was away counts all the same.
            return sum = Math.Max(0, said + untold);
        }
    }

    /// <summary>The server said a sum, perhaps before it counted what is still on its way: it only ever raises ours.</summary>
    internal void Told(long window, long said)
    {
        lock (this)
        {
            sum = number == window ? Math.Max(sum, said + untold) : sum;
        }
    }

    /// <summary>The server could not be told these after all.</summary>
    internal void TakeBack(long window, int these)
    {
        lock (this)
        {
            untold += number == window ? these : 0;
        }
    }
}
