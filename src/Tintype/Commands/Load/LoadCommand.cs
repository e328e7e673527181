using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tintype.Commands.Load.Connected;

namespace Tintype.Commands.Load;

/// <summary>What a run of <c>tintype load</c> keeps.</summary>
/// <param name="Rate">Deeds asked for per second.</param>
/// <param name="ReadGap">Seconds: the longest stretch without a read that succeeded.</param>
internal sealed record LoadResult(
    DateTimeOffset At, string Url, int Visitors, string Mix, double Rate, double Seconds, IReadOnlyList<DeedFigures> Deeds, double ReadGap, double WriteGap, UploadCheckResult? Uploads);

/// <summary>tintype load: visitors who come at a rate, whatever the answers, and what they saw.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var urls = Addresses("--url", "Where people come in: an instance, a gateway or a proxy. Connected visitors are spread over several.");
        urls.Required = true;
        var tokens = new Option<string>("--tokens") { Description = "File with \"username token\" lines (tintype population --tokens).", Required = true };
        var rate = new Option<double>("--rate") { Description = "Deeds per second.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<double>("--seconds") { Description = "How long to count.", DefaultValueFactory = _ => 30 };
        var warm = new Option<double>("--warm-up") { Description = "Seconds of the same load before counting begins.", DefaultValueFactory = _ => 5 };
        var mix = new Option<string>("--mix") { Description = "What visitors do, and how often.", DefaultValueFactory = _ => LoadMix.Usual };
        var photo = new Option<string?>("--photo") { Description = "JPEG that uploads bring. Needed when the mix has uploads." };
        var check = new Option<bool>("--check-uploads") { Description = "Afterwards look whether every acknowledged upload is readable by its author and a follower." };
        var output = new Option<string?>("--out") { Description = "File for the results as JSON; a plot is written beside it (.svg)." };
        var connected = new ConnectedLoadCommand();
        var command = new Command("load", "Visit an instance at a rate, as many people would, and tell how it held. Only against servers of one's own.")
        {
            urls, tokens, rate, seconds, warm, mix, photo, check, output,
        };
        foreach (var option in connected.Options)
        {
            command.Add(option);
        }
        command.SetAction(async (parsed, cancel) =>
        {
            if (connected.IsAsked(parsed))
            {
                return await connected.RunAsync(parsed, parsed.GetValue(urls)!, parsed.GetValue(tokens)!, parsed.GetValue(seconds), parsed.GetValue(output), cancel);
            }
            var url = parsed.GetValue(urls)![0];
            var visitors = await Visitors.ReadAsync(parsed.GetValue(tokens)!, cancel);
            var chosen = LoadMix.Parse(parsed.GetValue(mix)!);
            var picture = parsed.GetValue(photo) is { } file ? await UploadPicture.ReadAsync(file, cancel)
                : parsed.GetValue(mix)!.Contains("upload", StringComparison.OrdinalIgnoreCase) ? throw new SettingsException("The mix has uploads: say which JPEG they bring with --photo FILE.")
                : new UploadPicture([]);
            using var http = Client(url);
            var visit = new Visit(http, picture);
            var figures = new LoadFigures();
            var load = new OpenLoad(visit, visitors, chosen, figures);
            await load.RunAsync(parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(warm)), cancel);
            figures.Restart();
            await load.RunAsync(parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancel);
            var end = Stopwatch.GetTimestamp();
            var uploads = parsed.GetValue(check) ? await new UploadCheck(visit, visitors).RunAsync(cancel) : null;
            var result = new LoadResult(
                TimeProvider.System.GetUtcNow(), url.ToString(), visitors.Count, parsed.GetValue(mix)!, parsed.GetValue(rate), parsed.GetValue(seconds), figures.Deeds(),
                figures.LongestGap(false, figures.Started, end).TotalSeconds, figures.LongestGap(true, figures.Started, end).TotalSeconds, uploads);
            Print(result);
            await KeepAsync(parsed.GetValue(output), result, figures, cancel);
            return result.Deeds.Any(deed => deed.Failed > 0) || uploads?.Lost.Count > 0 ? 1 : 0;
        });
        return command;
    }

    internal static Option<Uri[]> Addresses(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = parsed => [.. parsed.Tokens.Select(token => Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? address : throw new SettingsException($"'{token.Value}' is not an address like http://127.0.0.1:5080."))],
    };

    /// <summary>As an app's: connections kept, ten seconds of patience, and nothing followed or kept on its own.</summary>
    internal static HttpClient Client(Uri url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = url, Timeout = TimeSpan.FromSeconds(10),
        };

    private static void Print(LoadResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("deed", "succeeded", "failed", "p50 ms", "p95", "p99", "p99.9", "max");
        foreach (var deed in result.Deeds)
        {
            string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
            table.AddRow(deed.Deed, $"{deed.Succeeded}", $"{deed.Failed}", Text(deed.P50), Text(deed.P95), Text(deed.P99), Text(deed.P999), Text(deed.Max));
        }
        AnsiConsole.Write(table);
        foreach (var (kind, count) in result.Deeds.SelectMany(deed => deed.Failures.Select(failure => ($"{deed.Deed}: {failure.Key}", failure.Value))))
        {
            Console.WriteLine($"{count} x {kind}");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Longest stretch without a read {result.ReadGap:0.000} s, without a write {result.WriteGap:0.000} s."));
        if (result.Uploads is { } uploads)
        {
            Console.WriteLine($"{uploads.Checked} acknowledged uploads checked, {uploads.ByFollowers} by a follower too, {uploads.Lost.Count} lost.");
            foreach (var lost in uploads.Lost)
            {
                Console.WriteLine($"  {lost}");
            }
        }
    }

    private static async Task KeepAsync(string? file, LoadResult result, LoadFigures figures, CancellationToken cancel)
    {
        if (file is null)
        {
            return;
        }
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Indented), cancel);
        await File.WriteAllTextAsync(Path.ChangeExtension(file, ".svg"), LatencyPlot.Draw($"{result.Rate:0}/s on {result.Url}", figures.Curve()), cancel);
    }
}
