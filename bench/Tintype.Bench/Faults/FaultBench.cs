using System.Diagnostics;
using System.Globalization;
using Tintype.Commands.Load;
using Tintype.Demo.Painting;
using Tintype.Servers;

namespace Tintype.Bench.Faults;

using Visitor = Tintype.Commands.Load.Visitor;

/// <summary>Faults in a whole cluster under steady mixed load from outside, through proxy and gateways, one after the other.</summary>
internal static class FaultBench
{
    private const int Shards = 16;

    // Processes that have just begun compile what they are asked for: two cores cannot do that and all the load at once.
    private static readonly (double Share, TimeSpan For)[] WarmUp = [(0.25, TimeSpan.FromSeconds(60)), (0.5, TimeSpan.FromSeconds(40)), (1, TimeSpan.FromSeconds(20))];

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(FaultOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-faults-").FullName;
        var cluster = await ClusterAsync(options, folder);
        try
        {
            var drills = options.Drills is { } names ? [.. names.Select(name => Drills.All.Single(drill => drill.Name == name))] : Drills.All;
            var visitors = await VisitorsAsync(cluster, options);
            using var http = LoadCommand.Client(new Uri(cluster.Url));
            var (visits, rows) = (new List<Visit>(), new List<FaultRow>());
            var picture = Painter.Paint(Motif.Sea, 1).Jpeg;
            foreach (var (share, time) in WarmUp)
            {
                await new OpenLoad(new Visit(http, new UploadPicture(picture)), visitors, LoadMix.Parse(options.Mix), new LoadFigures()).RunAsync(options.Rate * share, time, CancellationToken.None);
            }
            foreach (var drill in drills)
            {
                visits.Add(new Visit(http, new UploadPicture(picture)));
                rows.Add(await RunAsync(drill, cluster, visits[^1], visitors, options));
                Console.WriteLine(FaultReport.Line(rows[^1]));
            }
            var checks = new List<UploadCheckResult>();
            foreach (var visit in visits)
            {
                checks.Add(await new UploadCheck(visit, visitors).RunAsync(CancellationToken.None));
            }
            var end = new UploadCheckResult(checks.Sum(check => check.Checked), checks.Sum(check => check.ByFollowers), [.. checks.SelectMany(check => check.Lost)]);
            await FaultReport.KeepAsync(options, rows, end);
            return rows.Any(row => row.Uploads.Lost.Count > 0) || end.Lost.Count > 0 ? 1 : 0;
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
        var tokens = cluster.PathOf("instances/tokens.txt");
        if (!File.Exists(tokens))
        {
            string[] graph = options.Graph is { } file ? ["--graph", file] : ["--people", Text(options.People)];
            await cluster.TintypeAsync(["population", .. graph, "--posts", Text(options.Posts), "--pictures", "24", "--tokens", tokens]);
        }
        return await Commands.Load.Visitors.ReadAsync(tokens, CancellationToken.None);
    }

    private static async Task<FaultRow> RunAsync(Drill drill, RunningCluster cluster, Visit visit, IReadOnlyList<Visitor> visitors, FaultOptions options)
    {
        using var enough = new CancellationTokenSource();
        var figures = new LoadFigures();
        var load = new OpenLoad(visit, visitors, LoadMix.Parse(options.Mix), figures);
        await load.RunAsync(options.Rate, Before, CancellationToken.None);
        figures.Restart();
        var running = load.RunAsync(options.Rate, Longest, CancellationToken.None, enough.Token);
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
            drill.Name, drill.What, options.Rate, deeds.Sum(deed => deed.Succeeded + deed.Failed), deeds.Sum(deed => deed.Failed),
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

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
