using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>
/// Finds posts of many authors by time, straight from the tables: to build a feed, and for pages older than those kept ahead of time.
/// </summary>
/// <remarks>
/// Looks at a window of time, then at the next one, 4 to 64 times as wide, until it has enough: a feed of many posts reads an hour, a sparse one
/// reaches back to the first day in four steps, and neither, as a rule, reads much more than four times what it gives. Source of the idea: exponential
/// search (Bentley and Yao, 1976). Departure: what was found says how far it is to what is lacking, by Laplace's rule of succession.
/// </remarks>
internal sealed class FeedPull(AuthorTimelineTable timelines, TimeProvider time)
{
    // An hour of a lively feed is about a page; of any other it costs one look at an index.
    private static readonly TimeSpan FirstWindow = TimeSpan.FromHours(1);

    // Who posted nothing in an hour at night may post often by day: no leap is further than that can be out.
    private const int LeastWidening = 4, MostWidening = 64;

    /// <summary>At most <paramref name="limit"/> ids between the two (both exclusive), newest first. Fewer: there are no more.</summary>
    public async Task<IReadOnlyList<long>> NewestAsync(
        IReadOnlyList<AccountId> authors, long below, long above, int limit, CancellationToken cancel)
    {
        var found = new List<long>();
        var now = time.GetUtcNow();
        var start = below > IdLayout.Floor(now) ? now : IdLayout.TimeOf(below);
        for (var window = FirstWindow; found.Count < limit && below > above + 1; window *= Widening(found.Count, limit))
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
        for (var window = FirstWindow; found.Count < limit && above + 1 < below; window *= Widening(found.Count, limit))
        {
            end = now - end > window ? end + window : DateTimeOffset.MaxValue;
            var to = end > now ? below : Math.Min(IdLayout.Floor(end), below);
            found.AddRange(await timelines.OldestAsync(authors, above + 1, to, limit - found.Count, cancel));
            above = to - 1;
        }
        return found;
    }

    /// <summary>Of the window, for the next to have what is lacking if posts are as frequent there.</summary>
    private static int Widening(int found, int limit) => Math.Clamp((limit - found) / (found + 1), LeastWidening, MostWidening);
}
