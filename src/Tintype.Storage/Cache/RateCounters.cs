using BitFaster.Caching.Lru;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache;

/// <summary>What a window holds now, and when the next one begins.</summary>
public readonly record struct RateCount(long Count, DateTimeOffset ResetsAt);

/// <summary>
/// Counts events per key in fixed windows that begin at multiples of their length, the same moment in every process. Where processes share
/// a memory server they count together on it, and each for itself while it is away.
/// </summary>
/// <remarks>
/// Two ways to count. <see cref="AddAsync"/> asks the server, for what must not be off by one: guesses at a password. <see cref="Note"/> keeps a
/// count here and carries it there a fiftieth of the limit at a time, for what each request does: a process may be behind the others by
/// that much and by the milliseconds of the way.
/// </remarks>
/// <param name="server">Null: each process counts what it sees.</param>
public sealed class RateCounters(TimeProvider time, ISharedCounters? server = null)
{
    private const int Steps = 50;

    // 100,000 keys of about 150 bytes. What is counted least recently is forgotten first: the noisy are remembered.
    private readonly ConcurrentLru<string, Window> windows = new(100_000);

    /// <summary>Adds to a key's count (or takes back, when negative) and returns the sum of all processes in the current window.</summary>
    public async ValueTask<RateCount> AddAsync(string key, TimeSpan window, int by = 1)
    {
        var (held, number, resetsAt) = At(key, window);
        var sum = held.Add(number, by, isTold: server is not null);
        if (server is not null)
        {
            try
            {
                sum = held.Counted(number, Math.Max(0, await server.CountAsync(CacheKeys.Counter(key, number), by, window)));
            }
            catch (SharedCacheException)
            {
                held.TakeBack(number, by); // Counted here, which is what is left.
            }
        }
        return new(sum, resetsAt);
    }

    /// <summary>Counts one event; the sum knows of other processes what they have told lately.</summary>
    /// <param name="limit">What the sum is held against.</param>
    public RateCount Note(string key, TimeSpan window, int limit)
    {
        var (held, number, resetsAt) = At(key, window);
        var sum = held.Add(number, 1, isTold: false);
        if (server is not null && held.TakeUntold(number, Math.Max(1, limit / Steps)) is var untold and > 0)
        {
            _ = TellAsync(server, key, number, window, held, untold);
        }
        return new(sum, resetsAt);
    }

    private (Window Held, long Number, DateTimeOffset ResetsAt) At(string key, TimeSpan window)
    {
        var number = time.GetUtcNow().Ticks / window.Ticks;
        return (windows.GetOrAdd(key, static _ => new Window()), number, new DateTimeOffset((number + 1) * window.Ticks, TimeSpan.Zero));
    }

    private static async Task TellAsync(ISharedCounters server, string key, long number, TimeSpan window, Window held, int untold)
    {
        try
        {
            held.Told(number, await server.CountAsync(CacheKeys.Counter(key, number), untold, window));
        }
        catch (SharedCacheException)
        {
            held.TakeBack(number, untold);
        }
    }

    /// <summary>A count of one window: what the server said last, and what it has not been told.</summary>
    private sealed class Window
    {
        private readonly Lock gate = new();
        private long number;
        private long sum;
        private int untold;

        /// <param name="isTold">The server is being told of them at once.</param>
        public long Add(long window, int by, bool isTold)
        {
            lock (gate)
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
        public int TakeUntold(long window, int step)
        {
            lock (gate)
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
        public long Counted(long window, long said)
        {
            lock (gate)
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
        public void Told(long window, long said)
        {
            lock (gate)
            {
                sum = number == window ? Math.Max(sum, said + untold) : sum;
            }
        }

        /// <summary>The server could not be told these after all.</summary>
        public void TakeBack(long window, int these)
        {
            lock (gate)
            {
                untold += number == window ? these : 0;
            }
        }
    }
}
