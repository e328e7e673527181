namespace Tintype.Storage.Cache;

/// <param name="Share">Of the reads in the sample, 0 to 1.</param>
public sealed record HotKey(string Key, double Share);

/// <summary>
/// The keys asked for most, in constant space: a key that is not among those counted takes the place of the least of them, and its count.
/// So a key with more than a sixty-fourth of all reads is always there, and none is shown below what it has.
/// </summary>
/// <remarks>Source: "Efficient Computation of Frequent and Top-k Elements in Data Streams" (Metwally et al., 2005), Space-Saving. Departure:
/// counts are halved now and then, so that yesterday's keys make room.</remarks>
internal sealed class HotKeys
{
    private const int Counted = 64;
    private const int HalvedAfter = 8192;

    private readonly Dictionary<string, int> counts = [];
    private readonly Lock gate = new();
    private int total;

    public void Add(string key)
    {
        lock (gate)
        {
            var count = 0;
            if (counts.Count == Counted && !counts.ContainsKey(key))
            {
                var least = counts.MinBy(pair => pair.Value);
                counts.Remove(least.Key);
                count = least.Value;
            }
            counts[key] = counts.GetValueOrDefault(key, count) + 1;
            if (++total >= HalvedAfter)
            {
                total /= 2;
                foreach (var (each, seen) in counts)
                {
                    counts[each] = seen / 2;
                }
            }
        }
    }

    public IReadOnlyList<HotKey> Top(int most)
    {
        lock (gate)
        {
            return [.. counts.OrderByDescending(pair => pair.Value).Take(most).Select(pair => new HotKey(pair.Key, (double)pair.Value / Math.Max(1, total)))];
        }
    }
}
