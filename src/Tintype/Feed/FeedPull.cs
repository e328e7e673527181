using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>
/// Finds posts of many authors by time, straight from the tables: to build a feed, and for pages older than those kept ahead of time.
/// </summary>
/// <remarks>
/// Looks at a window of time, then at the next one, 4 to 64 times as wide, until it has enough: a feed of many posts reads an hour, a sparse one
/// reaches back to the first day in four steps, and neither, as a rule, reads much more than four times what it gives. Source of the idea: exponential
/// search (Bentley and Yao, 1976). Departures: what was found says how far it is to what is lacking, by Laplace's rule of succession; and how often
/// authors posted in the pulls before says where to begin.
/// </remarks>
internal sealed class FeedPull(AuthorTimelineTable timelines, TimeProvider time)
{
    // An hour of a lively feed is about a page; of any other it costs one look at an index.
    private static readonly TimeSpan LeastWindow = TimeSpan.FromHours(1);

    // How much of what is wanted the first window should find: who follows livelier people than others do reads no more than that many times too much.
    private const double FirstShare = 0.75;

    // Further back than anybody's first post; windows do not grow beyond it.
    private static readonly TimeSpan MostWindow = TimeSpan.FromDays(36_525);

    // How much each pull says about the next.
    private const double Weight = 0.1;

    // Posts of an author in an hour, in the pulls from the top so far; 0 before the first.
    private double frequency;

    // Who posted nothing in an hour at night may post often by day: no leap is further than that can be out.
    private const int LeastWidening = 4, MostWidening = 64;

    /// <summary>At most <paramref name="limit"/> ids between the two (both exclusive), newest first. Fewer: there are no more.</summary>
    public async Task<IReadOnlyList<long>> NewestAsync(
        IReadOnlyList<AccountId> authors, long below, long above, int limit, CancellationToken cancel)
    {
        var found = new List<long>();
        var now = time.GetUtcNow();
        var isFromTop = below > IdLayout.Floor(now);
        var start = isFromTop ? now : IdLayout.TimeOf(below);
        for (var window = FirstWindow(authors.Count, limit); found.Count < limit && below > above + 1; window = Wider(window, found.Count, limit))
        {
            start = start - IdLayout.Epoch > window ? start - window : IdLayout.Epoch;
            var from = Math.Max(IdLayout.Floor(start), above + 1);
            found.AddRange(await timelines.NewestAsync(authors, from, below, limit - found.Count, cancel));
            below = from;
        }
        if (isFromTop && authors.Count > 0)
        {
            // What is full ends at its last post, not where the window did.
            var end = found.Count < limit ? start : IdLayout.TimeOf(found[^1]);
            Learn(found.Count / (authors.Count * Math.Max(LeastWindow.TotalHours, (now - end).TotalHours)));
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
        for (var window = LeastWindow; found.Count < limit && above + 1 < below; window = Wider(window, found.Count, limit))
        {
            end = now - end > window ? end + window : DateTimeOffset.MaxValue;
            var to = end > now ? below : Math.Min(IdLayout.Floor(end), below);
            found.AddRange(await timelines.OldestAsync(authors, above + 1, to, limit - found.Count, cancel));
            above = to - 1;
        }
        return found;
    }

    private TimeSpan FirstWindow(int authors, int limit)
    {
        var expected = Volatile.Read(ref frequency) * Math.Max(1, authors);
        return expected <= 0 ? LeastWindow : TimeSpan.FromHours(Math.Clamp(FirstShare * limit / expected, LeastWindow.TotalHours, MostWindow.TotalHours));
    }

    private void Learn(double seen)
    {
        // Two at once lose one of their words: it is an estimate.
        var before = Volatile.Read(ref frequency);
        Volatile.Write(ref frequency, before <= 0 ? seen : before + Weight * (seen - before));
    }

    /// <summary>For the next window to have what is lacking if posts are as frequent there.</summary>
    private static TimeSpan Wider(TimeSpan window, int found, int limit) =>
        window > MostWindow ? window : window * Math.Clamp((limit - found) / (found + 1), LeastWidening, MostWidening);
}
