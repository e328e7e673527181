using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tintype.Commands.Load.Connected;

/// <summary>The part of tintype load that keeps visitors connected, in as many processes as their sockets need.</summary>
internal sealed class ConnectedLoadCommand
{
    // Below the usual limit of 20,000 descriptors a process.
    private const int ConnectionsOfProcess = 15_000;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<int> visitors = new("--visitors") { Description = "Instead of a rate: so many people stay connected and read their feed (five posts), each with a token of its own." };
    private readonly Option<double> every = new("--every") { Description = "Seconds from one read of a visitor to the next.", DefaultValueFactory = _ => 10 };
    private readonly Option<double> arrive = new("--arrive") { Description = "Seconds over which visitors arrive.", DefaultValueFactory = _ => 60 };
    private readonly Option<Uri[]> control = LoadCommand.Addresses("--control", "Servers that answer n bytes at /n: visitors turn to them and back, in as long turns.");
    private readonly Option<int> rounds = new("--rounds") { Description = "How often --seconds are counted.", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> processes = new("--processes") { Description = "Loading processes. Default: as many as the connections need." };
    private readonly Option<int> part = new("--part") { Hidden = true, DefaultValueFactory = _ => -1 };
    private readonly Option<long?> begin = new("--begin") { Hidden = true };

    public IEnumerable<Option> Options => [visitors, every, arrive, control, rounds, processes, part, begin];

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(visitors) > 0;

    public async Task<int> RunAsync(ParseResult parsed, Uri[] urls, string tokens, double seconds, string? output, CancellationToken cancel)
    {
        var plan = new ConnectedPlan(
            urls, parsed.GetValue(control) ?? [], parsed.GetValue(visitors), TimeSpan.FromSeconds(parsed.GetValue(every)), TimeSpan.FromSeconds(parsed.GetValue(arrive)),
            TimeSpan.FromSeconds(seconds), parsed.GetValue(rounds));
        if (plan.Every <= TimeSpan.Zero || plan.Arrive < TimeSpan.Zero || plan.Counted <= TimeSpan.Zero || plan.Rounds < 1 || urls.Concat(plan.Control).Any(url => url.Scheme != "http"))
        {
            throw new SettingsException("--every, --seconds and --rounds are more than nothing, --arrive not less, and connected visitors speak http://.");
        }
        var people = await Load.Visitors.ReadAsync(tokens, cancel);
        if (people.Count < plan.Visitors)
        {
            throw new SettingsException($"{tokens} has tokens for {people.Count}, not for {plan.Visitors} visitors.");
        }
        var several = parsed.GetValue(processes) ?? Math.Max(1, (plan.Visitors * (plan.Control.Count > 0 ? 2 : 1) + ConnectionsOfProcess - 1) / ConnectionsOfProcess);
        var at = parsed.GetValue(begin) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : TimeProvider.System.GetUtcNow().AddSeconds(several == 1 ? 0 : 3);
        if (parsed.GetValue(part) is >= 0 and var mine)
        {
            await File.WriteAllTextAsync(output!, JsonSerializer.Serialize(await OneAsync(plan, people, mine, several, at, cancel)), cancel);
            return 0;
        }
        return await TellAsync(plan, several, several == 1 ? [await OneAsync(plan, people, 0, 1, at, cancel)] : await SpreadAsync(parsed, several, at, cancel), output, cancel);
    }

    private static async Task<ConnectedPart> OneAsync(ConnectedPlan plan, IReadOnlyList<Visitor> people, int part, int parts, DateTimeOffset at, CancellationToken cancel)
    {
        var load = new ConnectedLoad(plan);
        var start = Stopwatch.GetTimestamp() + (long)((at - TimeProvider.System.GetUtcNow()).TotalSeconds * Stopwatch.Frequency);
        await load.RunAsync(Enumerable.Range(0, plan.Visitors).Where(place => place % parts == part).Select(place => (place, people[place])), start, cancel);
        return new ConnectedPart(load.Arrival.Keep(), [.. load.Turns.Select(turn => turn.Keep())]);
    }

    /// <summary>The same command once more for each part, all beginning at one moment.</summary>
    private async Task<IReadOnlyList<ConnectedPart>> SpreadAsync(ParseResult parsed, int parts, DateTimeOffset at, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-load-").FullName;
        var running = new List<Process>();
        try
        {
            string Place(int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.json"));
            var given = parsed.Tokens.Select(token => token.Value).ToList();
            for (var number = 0; number < parts; number++)
            {
                string[] own = [part.Name, Text(number), begin.Name, Text(at.ToUnixTimeMilliseconds()), processes.Name, Text(parts), "--out", Place(number)];
                running.Add(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Program(), .. Without(given), .. own]))!);
            }
            foreach (var process in running)
            {
                await process.WaitForExitAsync(cancel);
                if (process.ExitCode != 0)
                {
                    throw new SettingsException("A loading process failed: see above.");
                }
            }
            var all = new List<ConnectedPart>();
            for (var number = 0; number < parts; number++)
            {
                all.Add(JsonSerializer.Deserialize<ConnectedPart>(await File.ReadAllTextAsync(Place(number), cancel))!);
            }
            return all;
        }
        finally
        {
            foreach (var process in running)
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
                process.Dispose();
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Program() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ConnectedLoadCommand).Assembly.Location] : [];

    /// <summary>What each part is told anew is taken out.</summary>
    private IEnumerable<string> Without(List<string> given)
    {
        HashSet<string> anew = [begin.Name, processes.Name, "--out"];
        for (var at = 0; at < given.Count; at++)
        {
            if (anew.Contains(given[at]))
            {
                at++;
            }
            else
            {
                yield return given[at];
            }
        }
    }

    private static async Task<int> TellAsync(ConnectedPlan plan, int processes, IReadOnlyList<ConnectedPart> parts, string? output, CancellationToken cancel)
    {
        ReadFigures Sum(Func<ConnectedPart, KeptFigures> which)
        {
            var sum = new ReadFigures();
            foreach (var part in parts)
            {
                sum.Add(which(part));
            }
            return sum;
        }
        var turns = Enumerable.Range(0, plan.Turns).Select(turn =>
        {
            var sum = Sum(part => part.Turns[turn]);
            var figures = sum.Figures(plan.IsControl(turn) ? "control" : "feed");
            return new TurnFigures(figures.Deed, figures.Succeeded / plan.Counted.TotalSeconds, sum.BytesOfRead, figures);
        }).ToList();
        var result = new ConnectedResult(
            TimeProvider.System.GetUtcNow(), plan.Servers, plan.Visitors, processes, plan.Every.TotalSeconds, plan.Arrive.TotalSeconds, plan.Counted.TotalSeconds,
            Sum(part => part.Arrival).Figures("arrival"), turns);
        Print(result);
        if (output is not null)
        {
            await File.WriteAllTextAsync(output, JsonSerializer.Serialize(result, Indented), cancel);
        }
        return result.Failed > 0 ? 1 : 0;
    }

    private static void Print(ConnectedResult result)
    {
        static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
        var table = new Table().Border(TableBorder.Simple).AddColumns("turn", "reads", "failed", "per s", "p50 ms", "p99", "p99.9", "max");
        foreach (var turn in result.Turns.Prepend(new TurnFigures("arrival", result.Arrival.Succeeded / Math.Max(1, result.ArriveSeconds), 0, result.Arrival)))
        {
            var figures = turn.Figures;
            table.AddRow(turn.What, $"{figures.Succeeded}", $"{figures.Failed}", $"{turn.ReadsPerSecond:0}", Text(figures.P50), Text(figures.P99), Text(figures.P999), Text(figures.Max));
        }
        AnsiConsole.Write(table);
        foreach (var (what, count) in result.Turns.Select(turn => turn.Figures).Prepend(result.Arrival).SelectMany(figures => figures.Failures.Select(failure => ($"{figures.Deed}: {failure.Key}", failure.Value))))
        {
            Console.WriteLine($"{count} x {what}");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
