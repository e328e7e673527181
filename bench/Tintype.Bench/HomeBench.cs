using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Bench;

/// <summary>
/// The home page with five photos as a browser asks for it, signed in, as a share of the limit: fixed bytes of the same length from the
/// same process, measured in turns. Beside it, the same page written whole by its component, and what compressing it costs.
/// </summary>
internal static class HomeBench
{
    private const double MustReach = 0.40;
    private const int AskedPages = 3000;

    public static async Task<int> RunAsync(FeedBenchOptions options)
    {
        await FeedBenchPlace.UseAsync(options.Cluster, async place =>
        {
            Console.WriteLine($"Population of {options.People} people, {options.Posts} posts ..");
            var sessions = await SessionsAsync(place, await FeedBenchPopulation.CreateAsync(place, options));
            using var server = FeedBench.Start(place);
            var at = await FeedBench.AddressesAsync(server.StandardOutput);
            await MeasureAsync(options, sessions, at);
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        });
        return 0;
    }

    /// <returns>A session for each person, as its cookie holds it.</returns>
    private static async Task<IReadOnlyList<string>> SessionsAsync(FeedBenchPlace place, IReadOnlyList<string> bearers)
    {
        await using var app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], place.Adjust);
        var (authentication, tokens) = (app.Services.GetRequiredService<Authentication>(), app.Services.GetRequiredService<TokenTable>());
        var now = TimeProvider.System.GetUtcNow();
        return await Task.WhenAll(bearers.Select(async bearer =>
        {
            var person = (await authentication.FindAsync(bearer))!.User!.Id;
            var (session, _) = await tokens.IssueAsync(person.Shard, new AccessToken { Kind = TokenKind.Session, AccountId = person, CreatedAt = now, LastUsedAt = now });
            return session;
        }));
    }

    private static async Task MeasureAsync(FeedBenchOptions options, IReadOnlyList<string> sessions, BenchAddresses at)
    {
        var home = new Uri(at.Feed);
        var cookies = await FirstVisitAsync(home, options.Connections, sessions);
        byte[][] pages = [.. cookies.Select(cookie => Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: photos.example\r\nCookie: {cookie}\r\n\r\n"))];
        Task<LoadResult> Ask(int count) => Load.RunAsync(home, options.Connections, count, () => pages[Random.Shared.Next(pages.Length)]);
        var warm = await Ask(2 * options.Requests);
        var length = (int)(warm.Bytes / warm.Requests);
        var fixedRequest = Encoding.ASCII.GetBytes($"GET /{length} HTTP/1.1\r\nHost: photos.example\r\n\r\n");
        Task<LoadResult> Fixed(int count) => Load.RunAsync(new Uri(at.Fixed), options.Connections, count, () => fixedRequest);
        await Fixed(2 * options.Requests);
        Console.WriteLine($"Pages of {length} bytes on average; {options.Connections} connections; {options.Requests} requests a round");

        var rounds = new List<Round>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(await RoundAsync("fixed", at, () => Fixed(options.Requests)));
            rounds.Add(await RoundAsync("home", at, () => Ask(options.Requests)));
        }
        // Written whole by its component, because pieces are kept for first pages only; nearly the same page.
        var whole = new Uri(home, $"/?max_id={long.MaxValue}&limit=5");
        var asked = new List<Asked>();
        foreach (var (what, url, encoding) in new[] { ("pieces", home, "identity"), ("whole", whole, "identity"), ("pieces", home, "gzip"), ("pieces", home, "br") })
        {
            await AskAsync(what, url, encoding, at, options.Connections, cookies);
            asked.Add(await AskAsync(what, url, encoding, at, options.Connections, cookies));
            Console.WriteLine($"{what,-6} {encoding,-8} {asked[^1].ServerCpuMicroseconds,7:0.0} us CPU {asked[^1].Bytes,7} bytes");
        }
        Report(options, length, rounds, asked);
    }

    /// <summary>Everybody comes once: feeds are built, caches filled, and each browser has its cookies.</summary>
    private static async Task<string[]> FirstVisitAsync(Uri home, int connections, IReadOnlyList<string> sessions)
    {
        var cookies = new string[sessions.Count];
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        await Parallel.ForEachAsync(Enumerable.Range(0, sessions.Count), new ParallelOptions { MaxDegreeOfParallelism = connections }, async (i, cancel) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, home) { Headers = { { "Cookie", $"tintype_session={sessions[i]}" } } };
            using var response = await http.SendAsync(request, cancel);
            response.EnsureSuccessStatusCode();
            var form = response.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("tintype_csrf=", StringComparison.Ordinal)).Split(';')[0];
            cookies[i] = $"tintype_session={sessions[i]}; {form}";
        });
        return cookies;
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

    /// <summary>By a client that takes what comes, which costs the server the same; rates would be the client's.</summary>
    private sealed record Asked(string What, string Encoding, double ServerCpuMicroseconds, long Bytes);

    private static async Task<Asked> AskAsync(string what, Uri url, string encoding, BenchAddresses at, int connections, string[] cookies)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var server = Process.GetProcessById(at.ProcessId);
        var before = server.TotalProcessorTime;
        var bytes = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, AskedPages), new ParallelOptions { MaxDegreeOfParallelism = connections }, async (_, cancel) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Cookie", cookies[Random.Shared.Next(cookies.Length)] }, { "Accept-Encoding", encoding } } };
            using var response = await http.SendAsync(request, cancel);
            Interlocked.Add(ref bytes, (await response.Content.ReadAsByteArrayAsync(cancel)).Length);
        });
        server.Refresh();
        return new Asked(what, encoding, (server.TotalProcessorTime - before).TotalMicroseconds / AskedPages, bytes / AskedPages);
    }

    private static void Report(FeedBenchOptions options, int length, IReadOnlyList<Round> rounds, IReadOnlyList<Asked> asked)
    {
        double Median(string what, Func<Round, double> figure) =>
            rounds.Where(round => round.What == what).Select(figure).Order().ElementAt(options.Rounds / 2);
        double Share(string what) => Median(what, round => round.RequestsPerSecond) / Median("fixed", round => round.RequestsPerSecond);
        double ShareByCpu(string what) => Median("fixed", round => round.ServerCpuMicroseconds) / Median(what, round => round.ServerCpuMicroseconds);
        var report = new
        {
            Command = "dotnet run -c Release --project bench/Tintype.Bench -- home",
            At = TimeProvider.System.GetUtcNow(),
            Cores = Environment.ProcessorCount,
            Runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            Options = options,
            PageBytes = length,
            MustReach,
            ShareOfRate = Share("home"),
            ShareByCpu = ShareByCpu("home"),
            HomeCpuMicroseconds = Median("home", round => round.ServerCpuMicroseconds),
            FixedCpuMicroseconds = Median("fixed", round => round.ServerCpuMicroseconds),
            HomePerSecond = Median("home", round => round.RequestsPerSecond),
            FixedPerSecond = Median("fixed", round => round.RequestsPerSecond),
            Asked = asked,
            Rounds = rounds,
        };
        Console.WriteLine($"Medians: home {report.HomePerSecond:0}/s at {report.HomeCpuMicroseconds:0.0} us, fixed {report.FixedPerSecond:0}/s at {report.FixedCpuMicroseconds:0.0} us");
        Console.WriteLine($"Home page of {length} bytes: {report.ShareOfRate:0.00} of the limit by rate, {report.ShareByCpu:0.00} by CPU; must reach {MustReach:0.00}: {(report.ShareOfRate >= MustReach ? "reached" : "NOT REACHED")}");
        var file = Path.Combine(ResultsFolder(), string.Create(CultureInfo.InvariantCulture, $"home-{report.At:yyyyMMdd-HHmmss}.json"));
        File.WriteAllText(file, JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine($"Written to {file}");
    }

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "results")).FullName;
}
