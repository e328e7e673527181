using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Tintype.Bench;

internal sealed record FeedBenchOptions(
    int People = 2000, int Posts = 20_000, int Rounds = 7, int Requests = 20_000, int Connections = 16, bool Cluster = false)
{
    public static FeedBenchOptions Of(string[] args)
    {
        var numbers = args.Where(arg => arg != "--cluster").Chunk(2).ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture));
        var standard = new FeedBenchOptions();
        return new FeedBenchOptions(
            numbers.GetValueOrDefault("--people", standard.People), numbers.GetValueOrDefault("--posts", standard.Posts), numbers.GetValueOrDefault("--rounds", standard.Rounds),
            numbers.GetValueOrDefault("--requests", standard.Requests), numbers.GetValueOrDefault("--connections", standard.Connections), args.Contains("--cluster"));
    }
}

/// <summary>One turn: what was asked, and what it cost the server.</summary>
internal sealed record Round(string What, double RequestsPerSecond, double ServerCpuMicroseconds, double MedianMilliseconds, double P99Milliseconds);

/// <summary>
/// The feed page of 20 as a share of the limit: fixed bytes of the same length from the same process, measured in turns; and beside it as many bytes that are
/// not always the same ones, which have to be fetched from memory.
/// </summary>
internal static class FeedBench
{
    public static async Task<int> RunAsync(FeedBenchOptions options)
    {
        await FeedBenchPlace.UseAsync(options.Cluster, async place =>
        {
            Console.WriteLine($"Population of {options.People} people, {options.Posts} posts, {(options.Cluster ? "on PostgreSQL, feeds on Redis" : "all in one process")} ..");
            var clock = Stopwatch.StartNew();
            var bearers = await FeedBenchPopulation.CreateAsync(place, options);
            Console.WriteLine($".. made in {clock.Elapsed.TotalSeconds:0} s");
            using var server = Start(place);
            var at = await AddressesAsync(server.StandardOutput);
            await MeasureAsync(options, bearers, at);
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        });
        return 0;
    }

    private static async Task MeasureAsync(FeedBenchOptions options, IReadOnlyList<string> bearers, BenchAddresses at)
    {
        var feed = new Uri(at.Feed);
        var requests = bearers.Select(bearer => Encoding.ASCII.GetBytes(
            $"GET /api/v1/timelines/home?limit=20 HTTP/1.1\r\nHost: photos.example\r\nAuthorization: Bearer {bearer}\r\n\r\n")).ToArray();

        // Everybody comes once, in order: feeds are built, caches filled. Then once more than a round, for the compiler.
        var visit = -1;
        var cold = await Load.RunAsync(feed, options.Connections, requests.Length, () => requests[Interlocked.Increment(ref visit)]);
        Console.WriteLine($"First visit, feed built: {cold.MedianMilliseconds:0.0} ms median, {cold.P99Milliseconds:0.0} ms p99");
        var warm = await Load.RunAsync(feed, options.Connections, 2 * options.Requests, () => requests[Random.Shared.Next(requests.Length)]);
        var length = (int)(warm.Bytes / warm.Requests);
        var fixedRequest = Encoding.ASCII.GetBytes($"GET /{length} HTTP/1.1\r\nHost: photos.example\r\n\r\n");
        // All that pages are made of: a card is a twentieth of one.
        var farRequest = Encoding.ASCII.GetBytes($"GET /{length}/{(long)length / 20 * options.Posts} HTTP/1.1\r\nHost: photos.example\r\n\r\n");
        await Load.RunAsync(new Uri(at.Fixed), options.Connections, 2 * options.Requests, () => fixedRequest);
        await Load.RunAsync(new Uri(at.Fixed), options.Connections, options.Requests, () => farRequest);
        Console.WriteLine($"Pages of {length} bytes on average; {options.Connections} connections; {options.Requests} requests a round");

        var rounds = new List<Round>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(await RoundAsync("fixed", at, () => Load.RunAsync(new Uri(at.Fixed), options.Connections, options.Requests, () => fixedRequest)));
            rounds.Add(await RoundAsync("far", at, () => Load.RunAsync(new Uri(at.Fixed), options.Connections, options.Requests, () => farRequest)));
            rounds.Add(await RoundAsync("feed", at, () => Load.RunAsync(feed, options.Connections, options.Requests, () => requests[Random.Shared.Next(requests.Length)])));
        }
        Report(options, length, cold, rounds);
    }

    private static async Task<Round> RoundAsync(string what, BenchAddresses at, Func<Task<LoadResult>> run)
    {
        using var server = Process.GetProcessById(at.ProcessId);
        var before = server.TotalProcessorTime;
        var result = await run();
        server.Refresh();
        var round = new Round(
            what, result.Requests / result.Took.TotalSeconds, (server.TotalProcessorTime - before).TotalMicroseconds / result.Requests,
            result.MedianMilliseconds, result.P99Milliseconds);
        Console.WriteLine($"{round.What,-6} {round.RequestsPerSecond,8:0}/s {round.ServerCpuMicroseconds,7:0.0} us CPU {round.MedianMilliseconds,7:0.00} ms median {round.P99Milliseconds,7:0.00} ms p99");
        return round;
    }

    private static void Report(FeedBenchOptions options, int length, LoadResult cold, IReadOnlyList<Round> rounds)
    {
        double Median(string what, Func<Round, double> figure) =>
            rounds.Where(round => round.What == what).Select(figure).Order().ElementAt(options.Rounds / 2);
        var report = new
        {
            Command = $"dotnet run -c Release --project bench/Tintype.Bench -- feed --people {options.People} --posts {options.Posts}{(options.Cluster ? " --cluster" : "")}",
            At = TimeProvider.System.GetUtcNow(),
            Cores = Environment.ProcessorCount,
            Runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            Options = options,
            PageBytes = length,
            FirstVisitMedianMilliseconds = cold.MedianMilliseconds,
            ShareOfRate = Median("feed", round => round.RequestsPerSecond) / Median("fixed", round => round.RequestsPerSecond),
            ShareByCpu = Median("fixed", round => round.ServerCpuMicroseconds) / Median("feed", round => round.ServerCpuMicroseconds),
            FeedCpuMicroseconds = Median("feed", round => round.ServerCpuMicroseconds),
            FixedCpuMicroseconds = Median("fixed", round => round.ServerCpuMicroseconds),
            FeedPerSecond = Median("feed", round => round.RequestsPerSecond),
            FixedPerSecond = Median("fixed", round => round.RequestsPerSecond),
            FarShareOfRate = Median("far", round => round.RequestsPerSecond) / Median("fixed", round => round.RequestsPerSecond),
            FarShareByCpu = Median("fixed", round => round.ServerCpuMicroseconds) / Median("far", round => round.ServerCpuMicroseconds),
            Rounds = rounds,
        };
        Console.WriteLine($"Medians: feed {report.FeedPerSecond:0}/s at {report.FeedCpuMicroseconds:0.0} us, fixed {report.FixedPerSecond:0}/s at {report.FixedCpuMicroseconds:0.0} us: "
            + $"{report.ShareOfRate:0.00} of the limit by rate, {report.ShareByCpu:0.00} by CPU");
        Console.WriteLine($"As many bytes in twenty pieces from anywhere in what all cards take: {report.FarShareOfRate:0.00} by rate, {report.FarShareByCpu:0.00} by CPU");
        Console.WriteLine($"To be reached: {(options.Cluster ? "0.60" : "0.80")} of the limit, 100 us");
        var file = Path.Combine(ResultsFolder(), $"feed-{report.At:yyyyMMdd-HHmmss}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine($"Written to {file}");
    }

    /// <summary>What the server logs comes before; its addresses are the one line of JSON.</summary>
    internal static async Task<BenchAddresses> AddressesAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize<BenchAddresses>(line)!;
            }
        }
        throw new InvalidOperationException("the server stopped before it was up");
    }

    internal static Process Start(FeedBenchPlace place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FeedBench).Assembly.Location);
        }
        start.ArgumentList.Add("feed-server");
        start.ArgumentList.Add(JsonSerializer.Serialize(place));
        return Process.Start(start)!;
    }

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "results")).FullName;
}
