using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tintype.Commands.Load;
using Tintype.Demo.Painting;
using Tintype.Servers;

namespace Tintype.Bench.Faults;

using Visitor = Tintype.Commands.Load.Visitor;

/// <param name="Requests">Deeds asked for; an upload is two requests.</param>
/// <param name="Failures">How many, by deed and kind.</param>
/// <param name="ReadGap">Seconds: the longest stretch in which no read succeeded, anywhere between ten seconds before the fault and the end.</param>
/// <param name="Healed">Seconds from the first moment of the fault until nobody comes any more whose deed fails or takes over two seconds.</param>
/// <param name="Fault">Seconds until fault and mending were over.</param>
internal sealed record FaultRow(
    string Drill, string What, double Rate, long Requests, long Failed, IReadOnlyDictionary<string, int> Failures, double ReadGap, double WriteGap, double Fault, double Healed,
    IReadOnlyList<DeedFigures> Deeds, UploadCheckResult Uploads, string? Note);

/// <summary>Faults in a whole cluster under steady mixed load from outside, through proxy and gateways, one after the other.</summary>
internal static class FaultBench
{
    private const int Shards = 16;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(FaultOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-faults-").FullName;
        var cluster = await ClusterAsync(options, folder);
        try
        {
            var drills = options.Drills is { } names ? [.. names.Select(name => Drills.All.Single(drill => drill.Name == name))] : Drills.All;
            var visitors = await VisitorsAsync(cluster, options);
            var rows = new List<FaultRow>();
            foreach (var drill in drills)
            {
                rows.Add(await RunAsync(drill, cluster, visitors, options.Rate));
                Console.WriteLine(Line(rows[^1]));
            }
            await KeepAsync(options, rows);
            return rows.Any(row => row.Uploads.Lost.Count > 0) ? 1 : 0;
        }
        finally
        {
            await LeaveAsync(options, cluster, folder);
        }
    }

    /// <summary>The one that was named, or a new one.</summary>
    public static async Task<RunningCluster> ClusterAsync(FaultOptions options, string folder) =>
        options.Data is { } running ? new RunningCluster(running) : await RunningCluster.StartAsync(Path.Combine(folder, "cluster"), options.Base, Shards);

    public static async Task LeaveAsync(FaultOptions options, RunningCluster cluster, string folder)
    {
        if (options.Data is null)
        {
            await cluster.EndAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The people of the cluster; if there are none yet they are made.</summary>
    public static async Task<IReadOnlyList<Visitor>> VisitorsAsync(RunningCluster cluster, FaultOptions options)
    {
        var tokens = cluster.PathOf("tokens.txt");
        if (!File.Exists(tokens))
        {
            string[] graph = options.Graph is { } file ? ["--graph", file] : ["--people", Text(options.People)];
            await cluster.TintypeAsync(["population", .. graph, "--posts", Text(options.Posts), "--pictures", "24", "--tokens", tokens]);
        }
        return await Visitors.ReadAsync(tokens, CancellationToken.None);
    }

    private static async Task<FaultRow> RunAsync(Drill drill, RunningCluster cluster, IReadOnlyList<Visitor> visitors, double rate)
    {
        using var http = LoadCommand.Client(new Uri(cluster.Url));
        using var enough = new CancellationTokenSource();
        var visit = new Visit(http, new UploadPicture(Painter.Paint(Motif.Sea, 1).Jpeg));
        var figures = new LoadFigures();
        var load = new OpenLoad(visit, visitors, LoadMix.Parse(LoadMix.Usual), figures);
        await load.RunAsync(rate, Before, CancellationToken.None);
        figures.Restart();
        var running = load.RunAsync(rate, Longest, CancellationToken.None, enough.Token);
        await Task.Delay(Before);
        var began = Stopwatch.GetTimestamp();
        var note = await drill.Act(cluster);
        var over = Stopwatch.GetTimestamp();
        await Task.Delay(After);
        var end = Stopwatch.GetTimestamp();
        await enough.CancelAsync();
        await running;
        await (drill.PutRight?.Invoke(cluster) ?? Task.CompletedTask);
        await WholeAsync(cluster);
        var deeds = figures.Deeds();
        return new FaultRow(
            drill.Name, drill.What, rate, deeds.Sum(deed => deed.Succeeded + deed.Failed), deeds.Sum(deed => deed.Failed),
            deeds.SelectMany(deed => deed.Failures.Select(failure => (Kind: $"{deed.Deed}: {failure.Key}", failure.Value))).ToDictionary(pair => pair.Kind, pair => pair.Value),
            figures.LongestGap(false, figures.Started, end).TotalSeconds, figures.LongestGap(true, figures.Started, end).TotalSeconds,
            Stopwatch.GetElapsedTime(began, over).TotalSeconds, figures.LastTrouble(Patience, began) is { } last ? Stopwatch.GetElapsedTime(began, last).TotalSeconds : 0,
            deeds, await new UploadCheck(visit, visitors).RunAsync(CancellationToken.None), note);
    }

    private static async Task WholeAsync(RunningCluster cluster)
    {
        for (var clock = Stopwatch.StartNew(); await cluster.ComplaintsAsync() is { Count: > 0 } complaints; await Task.Delay(500))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(3))
            {
                throw new InvalidOperationException($"the cluster does not come round: {string.Join("; ", complaints)}");
            }
        }
    }

    private static string Line(FaultRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Drill,-10} {row.Requests,7} deeds, {row.Failed,5} failed, gaps: reads {row.ReadGap,6:0.00} s, writes {row.WriteGap,6:0.00} s; fault {row.Fault,5:0.0} s, healed after {row.Healed,5:0.0} s; {row.Uploads.Checked,4} uploads, {row.Uploads.ByFollowers} seen by followers, {row.Uploads.Lost.Count} lost")
        + string.Concat(row.Failures.OrderByDescending(pair => pair.Value).Select(pair => $"\n           {pair.Value} x {pair.Key}"))
        + string.Concat(row.Uploads.Lost.Select(lost => $"\n           lost: {lost}")) + (row.Note is null ? "" : $"\n           {row.Note}");

    private static async Task KeepAsync(FaultOptions options, IReadOnlyList<FaultRow> rows)
    {
        var results = Path.Combine(ResultsFolder(), $"faults-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(results + ".json", JsonSerializer.Serialize(
            new { Command = "dotnet run -c Release --project bench/Tintype.Bench -- faults", At = TimeProvider.System.GetUtcNow(), Cores = Environment.ProcessorCount, Options = options, LoadMix.Usual, Rows = rows }, Indented));
        await File.WriteAllTextAsync(results + ".txt", new StringBuilder().AppendJoin('\n', rows.Select(Line)).Append('\n').ToString());
        Console.WriteLine($"Written to {results}.json, .txt");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
