using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tintype.Commands.Load;

namespace Tintype.Bench.Faults;

/// <param name="Requests">Deeds asked for; an upload is two requests.</param>
/// <param name="Failures">How many, by deed and kind.</param>
/// <param name="ReadGap">Seconds: the longest stretch in which no read succeeded, anywhere between ten seconds before the fault and the end.</param>
/// <param name="Healed">Seconds from the first moment of the fault until nobody comes any more whose deed fails or takes over two seconds.</param>
/// <param name="Fault">Seconds until fault and mending were over.</param>
internal sealed record FaultRow(
    string Drill, string What, double Rate, long Requests, long Failed, IReadOnlyDictionary<string, int> Failures, double ReadGap, double WriteGap, double Fault, double Healed,
    IReadOnlyList<DeedFigures> Deeds, UploadCheckResult Uploads, string? Note);

/// <summary>Rows on the screen and in bench/results, also as docs/faults.md has them.</summary>
internal static class FaultReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Line(FaultRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Drill,-14} {row.Requests,7} deeds, {row.Failed,5} failed, gaps: reads {row.ReadGap,6:0.00} s, writes {row.WriteGap,6:0.00} s; fault {row.Fault,5:0.0} s, healed after {row.Healed,5:0.0} s; {row.Uploads.Checked,4} uploads, {row.Uploads.ByFollowers} seen by followers, {row.Uploads.Lost.Count} lost")
        + string.Concat(row.Failures.OrderByDescending(pair => pair.Value).Select(pair => $"\n           {pair.Value} x {pair.Key}"))
        + string.Concat(row.Uploads.Lost.Select(lost => $"\n           lost: {lost}")) + (row.Note is null ? "" : $"\n           {row.Note}");

    public static async Task KeepAsync(FaultOptions options, IReadOnlyList<FaultRow> rows, UploadCheckResult atTheEnd)
    {
        var end = $"At the end: {atTheEnd.Checked} acknowledged uploads, {atTheEnd.ByFollowers} seen by followers, {atTheEnd.Lost.Count} lost\n";
        var results = Path.Combine(ResultsFolder(), $"faults-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(results + ".json", JsonSerializer.Serialize(
            new { Command = "dotnet run -c Release --project bench/Tintype.Bench -- faults", At = TimeProvider.System.GetUtcNow(), Cores = Environment.ProcessorCount, Options = options.Told(), Rows = rows, AtTheEnd = atTheEnd }, Indented));
        await File.WriteAllTextAsync(results + ".txt", new StringBuilder().AppendJoin('\n', rows.Select(Line)).Append("\n\n").Append(Table(rows)).Append(end).ToString());
        Console.WriteLine(Table(rows) + end);
        Console.WriteLine($"Written to {results}.json, .txt");
    }

    private static string Table(IReadOnlyList<FaultRow> rows)
    {
        var table = new StringBuilder("| what | deeds | failed | gap of reads, s | of writes, s | fault, s | healed, s | uploads | lost |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {row.What} | {row.Requests:N0} | {row.Failed:N0} | {row.ReadGap:0.0} | {row.WriteGap:0.0} | {row.Fault:0} | {row.Healed:0} | {row.Uploads.Checked:N0} | {row.Uploads.Lost.Count} |\n");
        }
        return table.ToString();
    }

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
