using System.Globalization;
using System.Text;

namespace Tintype.Commands.Load;

/// <summary>A curve of latency over percentiles as SVG: to the right the rare, upwards the slow, both logarithmic.</summary>
internal static class LatencyPlot
{
    private const double Width = 640, Height = 360, Left = 60, Bottom = 40, Top = 30, Right = 20;

    /// <param name="curve">Percentiles 0 to 100 and milliseconds.</param>
    public static string Draw(string title, IReadOnlyList<(double Percentile, double Milliseconds)> curve)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        svg.Append(CultureInfo.InvariantCulture, $"""<rect width="{Width}" height="{Height}" fill="#fff"/><text x="{Left}" y="18" font-weight="bold">{System.Net.WebUtility.HtmlEncode(title)}</text>""");
        var most = Math.Max(10, curve.Count > 0 ? curve.Max(point => point.Milliseconds) : 10);
        var decades = (int)Math.Ceiling(Math.Log10(most));
        double X(double percentile) => Left + (Width - Left - Right) * Math.Min(4, -Math.Log10(Math.Max(1e-4, 1 - percentile / 100))) / 4;
        double Y(double milliseconds) => Height - Bottom - (Height - Bottom - Top) * Math.Max(0, Math.Log10(Math.Max(0.1, milliseconds)) + 1) / (decades + 1);
        for (var decade = -1; decade <= decades; decade++)
        {
            var value = Math.Pow(10, decade);
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{Left}" x2="{Width - Right}" y1="{Y(value):0.#}" y2="{Y(value):0.#}" stroke="#ddd"/><text x="{Left - 6}" y="{Y(value) + 4:0.#}" text-anchor="end">{value} ms</text>""");
        }
        foreach (var percentile in new[] { 0, 50, 90, 99, 99.9, 99.99 })
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line y1="{Top}" y2="{Height - Bottom}" x1="{X(percentile):0.#}" x2="{X(percentile):0.#}" stroke="#ddd"/><text x="{X(percentile):0.#}" y="{Height - Bottom + 18}" text-anchor="middle">{percentile}%</text>""");
        }
        var points = string.Join(' ', curve.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Percentile):0.#},{Y(point.Milliseconds):0.#}")));
        svg.Append(CultureInfo.InvariantCulture, $"""<polyline points="{points}" fill="none" stroke="#0a6" stroke-width="2"/></svg>""");
        return svg.ToString();
    }
}
