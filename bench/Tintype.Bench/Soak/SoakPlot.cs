using System.Globalization;
using System.Text;

namespace Tintype.Bench.Soak;

/// <summary>Memory over minutes as SVG.</summary>
internal static class SoakPlot
{
    private const double Width = 720, Height = 360, Left = 60, Bottom = 40, Top = 40, Right = 20;

    public static string Draw(string title, double warmSeconds, IReadOnlyList<MemorySample> samples)
    {
        (string Name, string Color, Func<MemorySample, double> Of)[] lines =
            [("working set", "#06a", sample => sample.WorkingSet), ("GC heap, committed", "#a60", sample => sample.Committed), ("GC heap after its last collection", "#0a6", sample => sample.Heap), ("caches", "#a06", sample => sample.Caches)];
        var (most, end) = (samples.Max(sample => sample.WorkingSet) * 1.1, samples[^1].Seconds);
        double X(double seconds) => Left + (Width - Left - Right) * seconds / end;
        double Y(double mib) => Height - Bottom - (Height - Bottom - Top) * mib / most;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12"><rect width="{Width}" height="{Height}" fill="#fff"/><text x="{Left}" y="18" font-weight="bold">{title}</text>""");
        for (var step = 0; step <= 4; step++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{Left}" x2="{Width - Right}" y1="{Y(most * step / 4):0.#}" y2="{Y(most * step / 4):0.#}" stroke="#ddd"/><text x="{Left - 6}" y="{Y(most * step / 4) + 4:0.#}" text-anchor="end">{most * step / 4:0} MiB</text>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{X(end * step / 4):0.#}" y="{Height - Bottom + 18}" text-anchor="middle">{end * step / 240:0.#} min</text>""");
        }
        svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{X(warmSeconds):0.#}" x2="{X(warmSeconds):0.#}" y1="{Top}" y2="{Height - Bottom}" stroke="#bbb" stroke-dasharray="4"/>""");
        for (var number = 0; number < lines.Length; number++)
        {
            var (name, color, of) = lines[number];
            var points = string.Join(' ', samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{X(sample.Seconds):0.#},{Y(of(sample)):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"""<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.5"/><text x="{Left + 8 + number * 160}" y="34" fill="{color}">{name}</text>""");
        }
        return svg.Append("</svg>").ToString();
    }
}
