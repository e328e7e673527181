namespace Tintype.Storage.Cache;

/// <param name="Share">Of the reads in the sample, 0 to 1.</param>
public sealed record HotKey(string Key, double Share);

/// <summary>
/// The keys asked for most, in constant space: a key that is not among those counted takes the place of the least of them, and its count.
/// So a key with more than a sixty-fourth of all reads is always there, and none is shown below what it has.
/// </summary>
/// <remarks>Source: "Efficient Computation of Frequent and Top-k Elements in Data Streams" (Metwally et al., 2005), Space-Saving. Departure:
/// counts are halved once a minute, so that what was hot makes room for what is.</remarks>
internal sealed class HotKeys(TimeProvider time)
{
    private const int Counted = 64;
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> counts = [];
    private readonly Lock gate = new();
    private int total;
    private long halvedAt = time.GetTimestamp();

    public void Add(string key)
    {
        lock (gate)
        {
            Fade();
            var count = 0;
            if (counts.Count == Counted && !counts.ContainsKey(key))
            {
                var least = counts.MinBy(pair => pair.Value);
                counts.Remove(least.Key);
                count = least.Value;
            }
            counts[key] = counts.GetValueOrDefault(key, count) + 1;
            total++;
        }
    }

    public IReadOnlyList<HotKey> Top(int most)
    {
        lock (gate)
        {
            Fade();
            return [.. counts.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).Take(most).Select(pair => new HotKey(pair.Key, (double)pair.Value / Math.Max(1, total)))];
        }
    }

    private void Fade()
    {
        for (; total > 0 && time.GetElapsedTime(halvedAt) >= HalfLife; halvedAt += (long)(HalfLife.TotalSeconds * time.TimestampFrequency))
        {
            total /= 2;
            foreach (var (key, seen) in counts)
            {
                counts[key] = seen / 2;
            }
        }
        halvedAt = total > 0 ? halvedAt : time.GetTimestamp();
    }
}
