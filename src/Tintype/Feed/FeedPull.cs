using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>
/// Finds posts of many authors by time, straight from the tables: to build a feed, and for pages older than those kept ahead of time.
/// </summary>
/// <remarks>
/// Looks at a window of time, then at the next one, four times as wide, until it has enough: a feed of many posts reads an hour, a
/// sparse one reaches back to the first day in eight steps, and neither reads much more than four times what it gives. Source of the
/// idea: exponential search (Bentley and Yao, 1976).
/// </remarks>
internal sealed class FeedPull(AuthorTimelineTable timelines, TimeProvider time)
{
    // An hour of a lively feed is about a page; of any other it costs one look at an index.
    private static readonly TimeSpan FirstWindow = TimeSpan.FromHours(1);
    private const int Widening = 4;

    /// <summary>At most <paramref name="limit"/> ids between the two (both exclusive), newest first. Fewer: there are no more.</summary>
    public async Task<IReadOnlyList<long>> NewestAsync(
        IReadOnlyList<AccountId> authors, long below, long above, int limit, CancellationToken cancel)
    {
        var found = new List<long>();
        var now = time.GetUtcNow();
        var start = below > IdLayout.Floor(now) ? now : IdLayout.TimeOf(below);
        for (var window = FirstWindow; found.Count < limit && below > above + 1; window *= Widening)
        {
            start = start - IdLayout.Epoch > window ? start - window : IdLayout.Epoch;
            var from = Math.Max(IdLayout.Floor(start), above + 1);
            found.AddRange(await timelines.NewestAsync(authors, from, below, limit - found.Count, cancel));
            below = from;
        }
        return found;
    }

    /// <summary>The same, oldest first.</summary>
    public async Task<IReadOnlyList<long>> OldestAsync(
        IReadOnlyList<AccountId> authors, long above, long below, int limit, CancellationToken cancel)
    {
        var found = new List<long>();
        var now = time.GetUtcNow();
        var end = IdLayout.TimeOf(above);
        for (var window = FirstWindow; found.Count < limit && above + 1 < below; window *= Widening)
        {
            end = now - end > window ? end + window : DateTimeOffset.MaxValue;
            var to = end > now ? below : Math.Min(IdLayout.Floor(end), below);
            found.AddRange(await timelines.OldestAsync(authors, above + 1, to, limit - found.Count, cancel));
            above = to - 1;
        }
        return found;
    }
}
