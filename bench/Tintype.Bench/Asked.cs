using System.Globalization;
using System.Text;
using Prometheus;

namespace Tintype.Bench;

/// <summary>What this process has asked of its databases until a moment, from its own metrics.</summary>
/// <param name="Looks">For due jobs: asked all the time, whatever happens.</param>
internal sealed record Asked(double Reads, double Writes, double Looks, double Rows)
{
    public static async Task<Asked> SoFarAsync()
    {
        using var text = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text);
        var lines = Encoding.UTF8.GetString(text.ToArray()).Split('\n');
        double Sum(string name, string label) => lines
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        const string statements = "tintype_statements_total";
        return new Asked(
            Sum(statements, "kind=\"read\""), Sum(statements, "kind=\"write\""), Sum(statements, "kind=\"look\""), Sum("tintype_rows_written_total", "cluster="));
    }

    public Asked Since(Asked before) => new(Reads - before.Reads, Writes - before.Writes, Looks - before.Looks, Rows - before.Rows);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Reads,7:N0} reads {Writes,5:N0} writes {Rows,5:N0} rows written ({Looks:N0} looks for jobs)");
}
