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
    private readonly ConcurrentLru<RateKey, RateWindow> windows = new(100_000);

    /// <summary>Adds to a key's count (or takes back, when negative) and returns the sum of all processes in the current window.</summary>
    public async ValueTask<RateCount> AddAsync(string key, TimeSpan window, int by = 1)
    {
        var (number, resetsAt) = Now(window);
        var held = Of(new(key));
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
    /// <param name="atHand">Where the window of this key is kept from one time to the next, by whoever keeps the key; null at first.</param>
    public RateCount Note(RateKey key, TimeSpan window, int limit, ref RateWindow? atHand)
    {
        var (number, resetsAt) = Now(window);
        var held = atHand ??= Of(key);
        var sum = held.Add(number, 1, isTold: false);
        if (sum % Held.LookedUpEvery == 0)
        {
            atHand = Of(key);
        }
        if (server is not null && held.TakeUntold(number, Math.Max(1, limit / Steps)) is var untold and > 0)
        {
            _ = TellAsync(server, key, number, window, held, untold);
        }
        return new(sum, resetsAt);
    }

    private RateWindow Of(RateKey key) => windows.GetOrAdd(key, static _ => new RateWindow());

    private (long Number, DateTimeOffset ResetsAt) Now(TimeSpan window)
    {
        var number = time.GetUtcNow().Ticks / window.Ticks;
        return (number, new DateTimeOffset((number + 1) * window.Ticks, TimeSpan.Zero));
    }

    private static async Task TellAsync(ISharedCounters server, RateKey key, long number, TimeSpan window, RateWindow held, int untold)
    {
        try
        {
            held.Told(number, await server.CountAsync(CacheKeys.Counter(key.ToString(), number), untold, window));
        }
        catch (SharedCacheException)
        {
            held.TakeBack(number, untold);
        }
    }
}
