using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Tintype.Bench.Growth;

/// <param name="Data">Folder for the populations, kept and used again; null for one that is removed.</param>
/// <param name="Readers">Of each population, drawn at random.</param>
internal sealed record GrowthOptions(string? Data, int Most = 1_000_000, int Rounds = 5, int Readers = 1000, int Requests = 20_000, int Connections = 16)
{
    public static GrowthOptions Of(string[] args)
    {
        Dictionary<string, string> given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        int Number(string name, int standard) => given.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
        var standard = new GrowthOptions(Data: null);
        return new GrowthOptions(
            given.GetValueOrDefault("--data"), Number("--most", standard.Most), Number("--rounds", standard.Rounds), Number("--readers", standard.Readers),
            Number("--requests", standard.Requests), Number("--connections", standard.Connections));
    }
}

/// <param name="Cold">A first visit: the feed is pulled together, by people one after another.</param>
/// <param name="AgainstSmallest">What a read costs beside one among the fewest people, median of the rounds; and what the control did meanwhile.</param>
internal sealed record GrowthFigures(int People, int PageBytes, GrowthRound Cold, double FeedMicroseconds, double FixedMicroseconds, double AgainstSmallest, double ControlAgainstSmallest, IReadOnlyList<GrowthRound> Rounds);

/// <param name="Microseconds">Of the server's processor time for one request.</param>
internal sealed record GrowthRound(string What, double Microseconds, double PerSecond, double MedianMilliseconds, double P99Milliseconds);

/// <summary>
/// What a feed read costs as people grow from a thousand to a million: one server for each population, all up at once, read in turns by as many
/// readers in random order; before each, fixed bytes of the same length.
/// </summary>
internal static class GrowthBench
{
    private const double MostCost = 1.5;

    public static async Task<int> RunAsync(GrowthOptions options)
    {
        var folder = options.Data is null ? Directory.CreateTempSubdirectory("tintype-growth-").FullName : Directory.CreateDirectory(options.Data).FullName;
        var servers = new List<GrowthServer>();
        await using var control = await FixedBytesServer.StartAsync();
        try
        {
            for (var people = 1000; people <= options.Most; people *= 10)
            {
                await GrowthPopulation.EnsureAsync(folder, people, options.Readers);
            }
            for (var people = 1000; people <= options.Most; people *= 10)
            {
                servers.Add(await GrowthServer.StartAsync(folder, people, control, options));
            }
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var server in servers)
                {
                    await server.RoundAsync();
                }
            }
            return Report(options, [.. servers.Select(server => server.Figures(servers[0]))]);
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
            if (options.Data is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static int Report(GrowthOptions options, IReadOnlyList<GrowthFigures> figures)
    {
        Console.WriteLine("  people   page      first visit (CPU, median, p99)      read (CPU)   fixed bytes   cost beside 1,000 people   control's");
        foreach (var one in figures)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{one.People,8} {one.PageBytes,6} B {one.Cold.Microseconds,9:0} us {one.Cold.MedianMilliseconds,7:0.0} ms {one.Cold.P99Milliseconds,7:0.0} ms {one.FeedMicroseconds,9:0.0} us {one.FixedMicroseconds,9:0.0} us {one.AgainstSmallest,18:0.00} {one.ControlAgainstSmallest,15:0.00}"));
        }
        var worst = figures.Max(one => one.AgainstSmallest);
        var file = Path.Combine(ResultsFolder(), $"growth-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(
            new { Command = "dotnet run -c Release --project bench/Tintype.Bench -- growth --data FOLDER", At = TimeProvider.System.GetUtcNow(), Cores = Environment.ProcessorCount, Options = options, Worst = worst, Figures = figures },
            new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A read costs at most {worst:0.00} times what it costs among 1,000 people; to reach: {MostCost:0.0}. Written to {file}"));
        return worst <= MostCost ? 0 : 1;
    }

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
