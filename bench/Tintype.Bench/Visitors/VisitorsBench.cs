using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tintype.Bench.Growth;
using Tintype.Commands.Load.Connected;
using Tintype.Servers;

namespace Tintype.Bench.Visitors;

/// <param name="Cores">To which Tintype and its databases are kept, so that visitors do not take from what they ask; 0 for all.</param>
internal sealed record VisitorsOptions(int Visitors = 50_000, double Every = 10, double Arrive = 300, double Seconds = 60, int Rounds = 3, int Servers = 3, int Cores = 0)
{
    public static VisitorsOptions Of(string[] args)
    {
        var numbers = args.Chunk(2).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        var standard = new VisitorsOptions();
        return new VisitorsOptions(
            (int)numbers.GetValueOrDefault("--visitors", standard.Visitors), numbers.GetValueOrDefault("--every", standard.Every), numbers.GetValueOrDefault("--arrive", standard.Arrive),
            numbers.GetValueOrDefault("--seconds", standard.Seconds), (int)numbers.GetValueOrDefault("--rounds", standard.Rounds), (int)numbers.GetValueOrDefault("--servers", standard.Servers),
            (int)numbers.GetValueOrDefault("--cores", standard.Cores));
    }
}

/// <summary>What a turn of visitors cost the machine.</summary>
/// <param name="ServerCores">Of the processes that were asked: Tintype's, or the control's.</param>
/// <param name="ServerMiB">Resident, summed, at its end.</param>
/// <param name="StatementsOfRead">Sent to databases by reads of Tintype.</param>
/// <param name="LoadsOfRead">What caches had to load, by cache.</param>
/// <param name="BytesOfRead">Of managed memory that Tintype allocated.</param>
/// <param name="Collections">Of garbage in Tintype, by generation.</param>
/// <param name="Paused">Share of the time for which such a collection stopped a serving process.</param>
/// <param name="FeedBuilds">Feeds that Tintype pulled from the databases.</param>
/// <param name="FeedNewsMissed">Times that a process of Tintype gave its copies of feeds up, by reason.</param>
/// <param name="Heaps">Of Tintype, at its end.</param>
internal sealed record VisitorsTurn(
    string What, double ReadsPerSecond, int Failed, double P50, double P99, double P999, double ServerCores, double ServerMiB, double DatabaseCores, double StatementsOfRead,
    IReadOnlyDictionary<string, double> LoadsOfRead, double BytesOfRead, IReadOnlyDictionary<string, double> Collections, double Paused, double FeedBuilds, IReadOnlyDictionary<string, double> FeedNewsMissed, Heaps Heaps);

/// <summary>
/// People who stay connected and look into their feed every few seconds, each into their own: all rows on a PostgreSQL, feeds on a Redis, several
/// serving processes without a worker; in turns with fixed bytes of the same length from bare Kestrels that hold as many connections.
/// </summary>
internal static class VisitorsBench
{
    // Each writes on two: one row in ten of a feed of five is enough to fill everybody's.
    private const double PostsOfPerson = 0.4;

    // To ask what has been used takes from those who are asked, so it is over before reads are counted.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(VisitorsOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-visitors-").FullName;
        try
        {
            await using var postgres = await PostgresServer.StartAsync();
            await using var redis = await RedisServer.StartAsync();
            var database = await postgres.CreateDatabaseAsync("visitors");
            Set("Storage__AccountsServers__0", database);
            Set("Storage__ContentServers__0", database);
            Set("Storage__SocialServers__0", database);
            Set("Storage__Shards", Text(FeedBenchPlace.Shards));
            Set("Memory__Servers", redis.Configuration);
            var (data, tokens) = (Path.Combine(folder, "data"), Path.Combine(folder, "tokens.txt"));
            if (await TintypeProcess.RunAsync(
                "population", "--people", Text(options.Visitors), "--posts", Text(options.Visitors * PostsOfPerson), "--pictures", "8", "--tokens", tokens, "--data", data) != 0)
            {
                return 1;
            }
            await postgres.RunAsync("CHECKPOINT");
            await using var place = await VisitorsPlace.StartAsync(options, data, [postgres.Process.Id, redis.Process.Id]);
            return await MeasureAsync(options, place, folder, tokens);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(VisitorsOptions options, VisitorsPlace place, string folder, string tokens)
    {
        var plan = new ConnectedPlan(
            place.Servers, place.Control, options.Visitors, TimeSpan.FromSeconds(options.Every), TimeSpan.FromSeconds(options.Arrive), TimeSpan.FromSeconds(options.Seconds), options.Rounds);
        var begin = TimeProvider.System.GetUtcNow().AddSeconds(5);
        var output = Path.Combine(folder, "load.json");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Visitors} visitors arrive within {options.Arrive:0} s, then {options.Rounds} rounds: {plan.End.TotalMinutes:0.0} min in all"));
        var load = TintypeProcess.RunAsync([
            "load", .. place.Servers.SelectMany(url => new[] { "--url", url.ToString() }), .. place.Control.SelectMany(url => new[] { "--control", url.ToString() }),
            "--tokens", tokens, "--visitors", Text(options.Visitors), "--every", Text(options.Every), "--arrive", Text(options.Arrive), "--seconds", Text(options.Seconds),
            "--rounds", Text(options.Rounds), "--begin", Text(begin.ToUnixTimeMilliseconds()), "--out", output]);
        var used = new List<(VisitorsUse Before, VisitorsUse After)>();
        var start = await UseAtAsync(TimeSpan.Zero);
        for (var turn = 0; turn < plan.Turns && !load.IsCompleted; turn++)
        {
            var before = await UseAtAsync(plan.StartOf(turn) - Ahead);
            if (turn == 0)
            {
                start = before.Since(start);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Arrived: {before.Server.ResidentMiB:0} MiB in {options.Servers} serving processes, {start.Server.CpuSeconds:0} s of their CPU, {start.Databases.CpuSeconds:0} s of the databases', {start.FeedBuilds} feeds built, {start.NewcomersRefused} newcomers refused"));
            }
            used.Add((before, await UseAtAsync(plan.StartOf(turn) + plan.Counted)));
        }
        await load;
        var result = JsonSerializer.Deserialize<ConnectedResult>(await File.ReadAllTextAsync(output), JsonSerializerOptions.Web)!;
        return await ReportAsync(options, result, start, [.. result.Turns.Zip(used, Turn)]);

        async Task<VisitorsUse> UseAtAsync(TimeSpan time)
        {
            var wait = begin + time - TimeProvider.System.GetUtcNow();
            await Task.WhenAny(load, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero));
            return await place.UseAsync();
        }

        VisitorsTurn Turn(TurnFigures turn, (VisitorsUse Before, VisitorsUse After) use)
        {
            var (cost, isFeed, seconds) = (use.After.Since(use.Before), turn.What == "feed", options.Seconds + Ahead.TotalSeconds);
            var reads = Math.Max(1.0, turn.ReadsPerSecond * seconds);
            return new VisitorsTurn(
                turn.What, turn.ReadsPerSecond, turn.Figures.Failed, turn.Figures.P50, turn.Figures.P99, turn.Figures.P999,
                (isFeed ? cost.Server : cost.Control).CpuSeconds / seconds, (isFeed ? use.After.Server : use.After.Control).ResidentMiB, cost.Databases.CpuSeconds / seconds,
                isFeed ? cost.Statements / reads : 0, isFeed ? cost.Loads.Where(load => load.Value > 0).ToDictionary(load => load.Key, load => Math.Round(load.Value / reads, 5)) : new(),
                isFeed ? cost.AllocatedBytes / reads : 0, cost.Collections, cost.PauseSeconds / seconds / options.Servers, cost.FeedBuilds, cost.FeedNewsMissed, use.After.Heaps);
        }
    }

    private static async Task<int> ReportAsync(VisitorsOptions options, ConnectedResult result, VisitorsUse arrival, IReadOnlyList<VisitorsTurn> turns)
    {
        double Median(string what, Func<VisitorsTurn, double> figure) => MedianOf(turns.Where(turn => turn.What == what).Select(figure));
        // Round by round: what the machine did in a round, it did to both.
        double Ratio(Func<VisitorsTurn, double> figure) => MedianOf(turns.Chunk(2).Select(pair => figure(pair[0]) / figure(pair[1])));
        var report = new
        {
            Command = string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project bench/Tintype.Bench -- visitors --visitors {options.Visitors} --every {options.Every} --arrive {options.Arrive} --seconds {options.Seconds} --rounds {options.Rounds} --servers {options.Servers} --cores {options.Cores}"),
            At = TimeProvider.System.GetUtcNow(),
            Cores = Environment.ProcessorCount,
            // Other work on the machine shows here: processes that want a core, over 1, 5 and 15 minutes.
            LoadAverage = (await File.ReadAllTextAsync("/proc/loadavg")).Trim(),
            Options = options,
            Failed = result.Failed,
            result.Arrival,
            ArrivalFeedBuilds = arrival.FeedBuilds, ArrivalNewcomersRefused = arrival.NewcomersRefused,
            ArrivalStatementsOfRead = arrival.Statements / Math.Max(1, result.Arrival.Succeeded),
            P50 = Median("feed", turn => turn.P50), P99 = Median("feed", turn => turn.P99),
            ControlP50 = Median("control", turn => turn.P50), ControlP99 = Median("control", turn => turn.P99),
            RatioP50 = Ratio(turn => turn.P50), RatioP99 = Ratio(turn => turn.P99),
            ServerMiB = Median("feed", turn => turn.ServerMiB), ServerCores = Median("feed", turn => turn.ServerCores), DatabaseCores = Median("feed", turn => turn.DatabaseCores),
            StatementsOfRead = Median("feed", turn => turn.StatementsOfRead),
            PageBytes = result.Turns[0].BytesOfRead,
            Turns = turns,
        };
        foreach (var turn in turns)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{turn.What,-8} {turn.ReadsPerSecond,6:0}/s {turn.Failed,5} failed  p50 {turn.P50,7:0.0} p99 {turn.P99,7:0.0} p99.9 {turn.P999,7:0.0} ms  {turn.ServerCores:0.00} cores {turn.ServerMiB:0} MiB, databases {turn.DatabaseCores:0.00} cores, {turn.StatementsOfRead:0.000} statements and {turn.BytesOfRead:0} bytes a read, {string.Join('+', turn.Collections.OrderBy(one => one.Key).Select(one => one.Value))} collections paused for {100 * turn.Paused:0.00} %, {turn.FeedBuilds} feeds built, copies given up {turn.FeedNewsMissed.Values.Sum()} times {string.Join(' ', turn.FeedNewsMissed.Where(reason => reason.Value > 0).Select(reason => reason.Key))}, heap {string.Join('+', turn.Heaps.Kept.Values)} MiB with {turn.Heaps.Holes:0} of holes, {turn.Heaps.Committed:0} committed"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Medians: p50 {report.P50:0.0} ms (fixed {report.ControlP50:0.0}), p99 {report.P99:0.0} ms (fixed {report.ControlP99:0.0}), ratio of p99 {report.RatioP99:0.00}; {report.ServerMiB:0} MiB, {report.ServerCores:0.00} cores; {report.Failed} failed"));
        var file = Path.Combine(ResultsFolder(), $"visitors-{report.At:yyyyMMdd-HHmmss}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine($"Written to {file}");
        return result.Failed > 0 ? 1 : 0;
    }

    private static void Set(string setting, string value) => Environment.SetEnvironmentVariable($"Tintype__{setting}", value);

    private static double MedianOf(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : 0;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
