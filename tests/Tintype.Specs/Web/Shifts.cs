using Microsoft.Playwright;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>What moves on a page without a deed of the visitor, as the browser reports it (layout-shift entries).</summary>
internal static class Shifts
{
    /// <summary>
    /// Shares of the window times shares of the way, summed (Cumulative Layout Shift). A tenth of what web.dev calls good: a button that
    /// finds its place when its neighbour arrives stays far below it, a photo without a place comes far above.
    /// </summary>
    private const double Most = 0.01;

    private const string Note = """
        window.shifts = [];
        const place = ({ left, top, width, height }) => `${width} x ${height} at ${left}, ${top}`;
        new PerformanceObserver(list => list.getEntries().forEach(({ value, sources }) => shifts.push({ value, what: sources
          .map(({ node, previousRect, currentRect }) => `${node?.outerHTML?.slice(0, 100) ?? node?.textContent} from ${place(previousRect)} to ${place(currentRect)}`)
          .join('; ') }))).observe({ type: 'layout-shift', buffered: true });
        """;

    /// <summary>From the next navigation on.</summary>
    public static Task NoteShiftsAsync(this IPage page) => page.AddInitScriptAsync(Note);

    public static async Task HardlyAnythingHasShiftedAsync(this IPage page)
    {
        var shifts = await page.EvaluateAsync<Shift[]>("shifts");
        Assert.True(shifts.Sum(shift => shift.Value) < Most, string.Join('\n', shifts.Select(shift => $"{shift.Value}: {shift.What}")));
    }

    private sealed class Shift
    {
        public double Value { get; set; }

        public string What { get; set; } = "";
    }
}
