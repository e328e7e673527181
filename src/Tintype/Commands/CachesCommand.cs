using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using Spectre.Console;
using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;

namespace Tintype.Commands;

/// <summary>tintype caches: what the caches of a running instance hold, how often they help, and what would help them.</summary>
internal static class CachesCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // Below so many reads a rate says nothing.
    private const int FewReads = 1_000;

    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "The instance, on this machine.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var once = new Option<bool>("--once") { Description = "Show it once instead of every two seconds." };
        var forget = new Option<bool>("--forget") { Description = "Have every process of the network forget everything: after rows were changed by other means." };
        var data = CommandApp.DataOption();
        var command = new Command("caches", "Watch the caches of a running instance: hit rates, loads, hot keys, hints.") { url, once, forget, data };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(forget))
            {
                return await ForgetAsync(parsed.GetValue(data));
            }
            // Where nobody says how wide the screen is, it is a file.
            AnsiConsole.Profile.Width = Console.IsOutputRedirected ? Math.Max(AnsiConsole.Profile.Width, 180) : AnsiConsole.Profile.Width;
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            var address = $"{parsed.GetValue(url)!.TrimEnd('/')}/metrics/caches";
            try
            {
                var before = await AskAsync(http, address, cancel);
                if (parsed.GetValue(once))
                {
                    AnsiConsole.Write(TableOf(before, []));
                    return 0;
                }
                await AnsiConsole.Live(TableOf(before, [])).StartAsync(async live =>
                {
                    while (!cancel.IsCancellationRequested)
                    {
                        await Task.Delay(Every, cancel);
                        var now = await AskAsync(http, address, cancel);
                        live.UpdateTarget(TableOf(now, before));
                        before = now;
                    }
                });
                return 0;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return 0;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or UriFormatException or System.Text.Json.JsonException)
            {
                await Console.Error.WriteLineAsync($"{address} does not tell: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>What a look at a cache suggests; empty when all is well or too little is known.</summary>
    public static string Hint(CacheReport cache)
    {
        var reads = cache.Hits + cache.Misses;
        var rate = (double)cache.Hits / Math.Max(1, reads);
        return reads < FewReads ? ""
            : cache.Evictions > cache.Misses / 2 && rate < 0.9 ? "too small: more entries would be read again"
            : cache.Expired > cache.Misses / 2 && rate < 0.9 ? "too short: entries end before they are read again"
            : rate < 0.1 ? "of no use: hardly anything is read twice"
            : cache.Forgotten > cache.Hits ? "written more often than read"
            : "";
    }

    private static async Task<int> ForgetAsync(string? data)
    {
        await using var app = await CommandApp.OpenAsync(data);
        if (app.Services.GetService<IProcessBus>() is null)
        {
            await Console.Error.WriteLineAsync("Embedded databases carry no word between processes: restart the one that serves.");
            return 1;
        }
        var words = app.Services.GetRequiredService<Invalidations>();
        words.TellAll();
        if (!await words.ToldAsync(TimeSpan.FromSeconds(10)))
        {
            await Console.Error.WriteLineAsync("The word did not get through in 10 s; processes that do not hear keep nothing longer than seconds.");
            return 1;
        }
        Console.WriteLine("Told: every process loads anew.");
        return 0;
    }

    private static async Task<IReadOnlyList<CacheReport>> AskAsync(HttpClient http, string address, CancellationToken cancel) =>
        await http.GetFromJsonAsync<List<CacheReport>>(address, Health.CachesJson, cancel) ?? [];

    private static Table TableOf(IReadOnlyList<CacheReport> caches, IReadOnlyList<CacheReport> before)
    {
        var table = new Table { Border = TableBorder.Minimal }.AddColumns("cache", "entries", "bytes", "hit rate", "reads/s", "shared", "loads", "saved", "waits", "evicted", "expired", "hot keys", "hint");
        foreach (var cache in caches.OrderByDescending(cache => cache.Hits + cache.Misses))
        {
            var reads = cache.Hits + cache.Misses;
            var earlier = before.FirstOrDefault(one => one.Name == cache.Name);
            table.AddRow(
                cache.Name, Of($"{cache.Entries:N0} of {cache.MostEntries:N0}"), Of($"{cache.Bytes / 1048576.0:N1} of {cache.MostBytes / 1048576.0:N0} MB"),
                reads == 0 ? "" : Of($"{100.0 * cache.Hits / reads:N1} %"),
                earlier is null ? "" : Of($"{(reads - earlier.Hits - earlier.Misses) / Every.TotalSeconds:N0}"),
                cache.IsShared ? Of($"{cache.Shared:N0}") : "-", Of($"{cache.Loads:N0}"), Of($"{cache.HerdWaits:N0}"), Of($"{cache.LeaseWaits:N0}"), Of($"{cache.Evictions:N0}"), Of($"{cache.Expired:N0}"),
                Markup.Escape(string.Join(' ', cache.HotKeys.Where(key => key.Share >= 0.05).Take(2).Select(key => Of($"{key.Key} {key.Share:P0}")))), Hint(cache));
        }
        return table;
    }

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
