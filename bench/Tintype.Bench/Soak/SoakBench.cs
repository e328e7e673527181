using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tintype.Demo.Painting;

namespace Tintype.Bench.Soak;

/// <param name="Cards">
/// MB that the cache of cards may take: room for less than a fifth of the posts, so that it is full when the warm-up is over. The other caches hold what there is of people, who are all known by then.
/// </param>
internal sealed record SoakOptions(double Minutes = 30, double Rate = 100, int People = 2000, int Posts = 4000, int Cards = 2)
{
    public static SoakOptions Of(string[] args)
    {
        var numbers = args.Chunk(2).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        var standard = new SoakOptions();
        return new SoakOptions(
            numbers.GetValueOrDefault("--minutes", standard.Minutes), numbers.GetValueOrDefault("--rate", standard.Rate),
            (int)numbers.GetValueOrDefault("--people", standard.People), (int)numbers.GetValueOrDefault("--posts", standard.Posts),
            (int)numbers.GetValueOrDefault("--cards", standard.Cards));
    }
}

/// <summary>Everything in one process under a mixed load for long: what grows, and what fails. One of five minutes of it are warm-up.</summary>
internal static class SoakBench
{
    private const double WarmShare = 0.2;

    // Medians of thirds wander by some percent with when collections happen.
    private const double MostGrowth = 0.05;

    // Two minutes: collections of all generations come about once in one.
    private const int SamplesBetweenCollections = 12;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(SoakOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-soak-").FullName;
        var results = Path.Combine(ResultsFolder(), $"soak-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        try
        {
            var (data, tokens, photo) = (Path.Combine(folder, "data"), Path.Combine(folder, "tokens.txt"), Path.Combine(folder, "photo.jpg"));
            await File.WriteAllBytesAsync(photo, Painter.Paint(Motif.Sea, 1).Jpeg);
            if (await TintypeProcess.RunAsync("population", "--people", Text(options.People), "--posts", Text(options.Posts), "--pictures", "24", "--tokens", tokens, "--data", data) != 0)
            {
                return 1;
            }
            await using var server = await TintypeProcess.ServeAsync(data, $"--Tintype:Caches:Sizes:cards={Text(options.Cards)}");
            var load = TintypeProcess.RunAsync(
                "load", "--url", server.Url.ToString(), "--tokens", tokens, "--photo", photo, "--rate", Text(options.Rate), "--warm-up", "0", "--seconds", Text(options.Minutes * 60), "--out", results + "-load.json");
            var samples = await SampleAsync(server, load);
            return await ReportAsync(options, samples, loadFailed: await load != 0, results);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<MemorySample>> SampleAsync(TintypeProcess server, Task load)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var samples = new List<MemorySample>();
        for (var clock = Stopwatch.StartNew(); !load.IsCompleted; await Task.WhenAny(load, Task.Delay(Every)))
        {
            samples.Add(await MemorySample.TakeAsync(http, clock.Elapsed.TotalSeconds));
            if (samples.Count % 6 == 1)
            {
                var now = samples[^1];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now.Seconds / 60,5:0.0} min: working set {now.WorkingSet:0} MiB, heap {now.Heap:0.0} in {now.Committed:0} committed, SQLite {now.Sqlite:0.0}, caches {now.Caches:0.0} MiB in {now.CacheEntries:0} entries, {now.Feeds:0} feeds"));
            }
        }
        return samples;
    }

    private static async Task<int> ReportAsync(SoakOptions options, IReadOnlyList<MemorySample> samples, bool loadFailed, string results)
    {
        var warm = options.Minutes * 60 * WarmShare;
        var counted = samples.Where(sample => sample.Seconds >= warm).ToList();
        var trends = new
        {
            WorkingSet = Trend.Of(counted, sample => sample.WorkingSet), Heap = Trend.OfLeast(SamplesBetweenCollections, counted, sample => sample.Heap),
            Committed = Trend.Of(counted, sample => sample.Committed), Caches = Trend.Of(counted, sample => sample.Caches),
            Sqlite = Trend.Of(counted, sample => sample.Sqlite), Rest = Trend.Of(counted, sample => sample.Rest),
        };
        await File.WriteAllTextAsync(results + ".json", JsonSerializer.Serialize(
            new { Command = "dotnet run -c Release --project bench/Tintype.Bench -- soak", At = TimeProvider.System.GetUtcNow(), Cores = Environment.ProcessorCount, Options = options, Trends = trends, Samples = samples },
            new JsonSerializerOptions { WriteIndented = true }));
        await File.WriteAllTextAsync(results + ".svg", SoakPlot.Draw($"{options.Rate:0} deeds a second for {options.Minutes:0} minutes, all in one process", warm, samples));
        Print("working set", trends.WorkingSet);
        Print("heap, least of 2 min", trends.Heap);
        Print("committed by the heap", trends.Committed);
        Print("caches", trends.Caches);
        Print("SQLite", trends.Sqlite);
        Print("neither", trends.Rest);
        var grown = Math.Max(trends.WorkingSet.Growth, trends.Heap.Growth);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Errors: {(loadFailed ? "some, see above" : "none")}. Memory after warm-up {grown:+0.0%;-0.0%}, at most {MostGrowth:+0%}. Written to {results}.json, .svg, -load.json"));
        return loadFailed || grown > MostGrowth ? 1 : 0;
    }

    private static void Print(string what, Trend trend) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-24} {trend.Before,8:0.0} -> {trend.After,8:0.0} MiB ({trend.Growth:+0.0%;-0.0%}), slope {trend.PerHour:+0.0;-0.0} MiB an hour"));

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
