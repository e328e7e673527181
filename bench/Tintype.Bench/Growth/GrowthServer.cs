using System.Globalization;
using System.Text;

namespace Tintype.Bench.Growth;

/// <summary>A server of one population, warm once it is started, and what was measured of it.</summary>
internal sealed class GrowthServer : IAsyncDisposable
{
    // Once would do if nothing ran out meanwhile.
    private const int LapsBefore = 3;

    private readonly GrowthOptions options;
    private readonly int people;
    private readonly TintypeProcess server;
    private readonly FixedBytesServer control;
    private readonly byte[][] requests;
    private readonly List<GrowthRound> rounds = [];
    private GrowthRound cold = null!;
    private int pageBytes;
    private int turn;

    private GrowthServer(GrowthOptions options, int people, TintypeProcess server, FixedBytesServer control, byte[][] requests)
    {
        this.options = options;
        this.people = people;
        this.server = server;
        this.control = control;
        this.requests = requests;
    }

    public static async Task<GrowthServer> StartAsync(string folder, int people, FixedBytesServer control, GrowthOptions options)
    {
        var bearers = (await GrowthPopulation.BearersAsync(folder, people)).Take(options.Readers);
        // Reading alone: nothing but reads is measured.
        var process = await TintypeProcess.ServeAsync(GrowthPopulation.DataOf(folder, people), "--roles", "feed");
        var server = new GrowthServer(options, people, process, control, [.. bearers.Select(bearer => Encoding.ASCII.GetBytes(
            $"GET /api/v1/timelines/home?limit=20 HTTP/1.1\r\nHost: photos.example\r\nAuthorization: Bearer {bearer}\r\n\r\n"))]);
        await server.WarmAsync();
        return server;
    }

    /// <summary>
    /// What was kept has run out while the others had their turn (cards after a minute, counts after five seconds): a lap that is not counted
    /// brings it back, as it would be under steady reading.
    /// </summary>
    public async Task RoundAsync()
    {
        await Load.RunAsync(server.Url, options.Connections, LapsBefore * requests.Length, InTurn);
        rounds.Add(await MeasureAsync("feed", options.Requests, Anybody));
        rounds.Add(await MeasureAsync("fixed", options.Requests, Fixed));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{people,8} people: feed {rounds[^2].Microseconds:0.0} us CPU, fixed bytes {rounds[^1].Microseconds:0.0} us"));
    }

    /// <param name="smallest">What it is compared with, round by round: what the machine did in a round, it did to both.</param>
    public GrowthFigures Figures(GrowthServer smallest) => new(
        people, pageBytes, cold, Median(Of("feed")), Median(Of("fixed")),
        Median(Of("feed").Zip(smallest.Of("feed"), (mine, other) => mine / other)), Median(Of("fixed").Zip(smallest.Of("fixed"), (mine, other) => mine / other)), rounds);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private IEnumerable<double> Of(string what) => rounds.Where(round => round.What == what).Select(round => round.Microseconds);

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>Everybody comes once, in order: feeds are pulled together. Then three rounds at random, for the compiler.</summary>
    private async Task WarmAsync()
    {
        // The first few load the program itself.
        await Load.RunAsync(server.Url, 1, 20, () => requests[0]);
        var visit = 0;
        cold = await MeasureAsync("cold", requests.Length - 1, () => requests[Interlocked.Increment(ref visit)]);
        var warm = await Load.RunAsync(server.Url, options.Connections, 3 * options.Requests, Anybody);
        pageBytes = (int)(warm.Bytes / warm.Requests);
        await Load.RunAsync(control.Url, options.Connections, options.Requests, Fixed);
    }

    private byte[] InTurn() => requests[(uint)Interlocked.Increment(ref turn) % requests.Length];

    private byte[] Anybody() => requests[Random.Shared.Next(requests.Length)];

    private byte[] Fixed() => Encoding.ASCII.GetBytes($"GET /{pageBytes} HTTP/1.1\r\nHost: photos.example\r\n\r\n");

    private async Task<GrowthRound> MeasureAsync(string what, int count, Func<byte[]> next)
    {
        var (process, url) = what == "fixed" ? (control.Process, control.Url) : (server.Process, server.Url);
        process.Refresh();
        var before = process.TotalProcessorTime;
        var result = await Load.RunAsync(url, what == "cold" ? 1 : options.Connections, count, next);
        process.Refresh();
        return new GrowthRound(
            what, (process.TotalProcessorTime - before).TotalMicroseconds / result.Requests, result.Requests / result.Took.TotalSeconds, result.MedianMilliseconds, result.P99Milliseconds);
    }
}
