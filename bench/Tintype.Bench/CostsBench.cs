using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tintype.Demo.Painting;

namespace Tintype.Bench;

/// <summary>
/// What each thing people do costs the server: its processor time, jobs included, and its database transactions; all in one process. Written as
/// <c>tintype plan --costs</c> reads it.
/// </summary>
internal sealed class CostsBench(TintypeProcess server, HttpClient http, IReadOnlyList<string> tokens)
{
    private const int AtOnce = 16;

    // What is left to do after the last answer: jobs, commits.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, double> costs = [];

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-costs-").FullName;
        try
        {
            var (data, tokens) = (Path.Combine(folder, "data"), Path.Combine(folder, "tokens.txt"));
            if (await TintypeProcess.RunAsync("population", "--people", "2000", "--posts", "4000", "--pictures", "24", "--tokens", tokens, "--data", data) != 0)
            {
                return 1;
            }
            await using var server = await TintypeProcess.ServeAsync(data);
            using var http = new HttpClient { BaseAddress = server.Url };
            await new CostsBench(server, http, [.. (await File.ReadAllLinesAsync(tokens)).Select(line => line.Split(' ')[1])]).MeasureAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task MeasureAsync()
    {
        var seen = new List<(string Post, string Author, string Picture)>();
        foreach (var token in tokens.Take(100))
        {
            foreach (var status in (await SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", token)).EnumerateArray())
            {
                seen.Add((status.GetProperty("id").GetString()!, status.GetProperty("account").GetProperty("id").GetString()!, new Uri(status.GetProperty("media_attachments")[0].GetProperty("preview_url").GetString()!).PathAndQuery));
            }
        }
        var (names, next) = (new[] { "ada", "kofi", "sato", "mia.b", "porto", "light", "zoe", "ortiz" }, 0);
        string Somebody() => tokens[Interlocked.Increment(ref next) % tokens.Count];
        // Once each to load the program; what is cold is measured with people who have not come yet.
        await ManyAsync(200, token => SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", token), () => tokens[Random.Shared.Next(100)]);
        var cold = 100;
        await MeasureAsync("first-visit-us", 1000, token => SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", token), () => tokens[Interlocked.Increment(ref cold)]);
        await MeasureAsync("feed-us", 10_000, token => SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", token), Somebody);
        await MeasureAsync("profile-us", 5000, token => SendAsync(HttpMethod.Get, $"/api/v1/accounts/{Any().Author}/statuses?limit=20", token), Somebody);
        await MeasureAsync("search-us", 1000, _ => SendAsync(HttpMethod.Get, $"/api/v2/search?q={names[Random.Shared.Next(names.Length)]}", null), Somebody);
        await MeasureAsync("image-us", 10_000, async _ => { using var image = await http.GetAsync(Any().Picture); return image.EnsureSuccessStatusCode(); }, Somebody);
        costs["writes-per-like"] = await MeasureAsync("like-us", 1000, token => SendAsync(HttpMethod.Post, $"/api/v1/statuses/{Any().Post}/favourite", token), Somebody);
        costs["writes-per-upload"] = await MeasureAsync("upload-us", 60, UploadAsync, Somebody);
        var file = Path.Combine(StorageBench.ResultsFolder(), $"costs-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(costs, new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine($"Written to {file}; use it: tintype plan --costs {file}");

        (string Post, string Author, string Picture) Any() => seen[Random.Shared.Next(seen.Count)];
    }

    /// <returns>Database transactions for each.</returns>
    private async Task<double> MeasureAsync<T>(string what, int count, Func<string, Task<T>> deed, Func<string> who)
    {
        await ManyAsync(Math.Max(3, count / 10), deed, who);
        await Task.Delay(Settling);
        var (cpu, writes, idle) = (Cpu(), await WritesAsync(), Stopwatch.StartNew());
        await Task.Delay(Settling);
        var idleCpu = (Cpu() - cpu) / idle.Elapsed.TotalSeconds;
        (cpu, writes, var clock) = (Cpu(), await WritesAsync(), Stopwatch.StartNew());
        await ManyAsync(count, deed, who);
        await Task.Delay(Settling);
        var each = Math.Max(0, Cpu() - cpu - idleCpu * clock.Elapsed.TotalSeconds) / count;
        var transactions = (await WritesAsync() - writes) / count;
        costs[what] = Math.Round(each, 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-16} {each,10:0.0} us of the server's processor time, {transactions:0.00} transactions; {count} of them"));
        return Math.Round(transactions, 2);
    }

    private static Task ManyAsync<T>(int count, Func<string, Task<T>> deed, Func<string> who) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => await deed(who()));

    private double Cpu()
    {
        server.Process.Refresh();
        return server.Process.TotalProcessorTime.TotalMicroseconds;
    }

    private async Task<double> WritesAsync() =>
        (await http.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith("tintype_sqlite_group_size_sum", StringComparison.Ordinal)).Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));

    private async Task<JsonElement> UploadAsync(string token)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(Painter.Paint(Motif.Sea, Random.Shared.Next()).Jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", "photo.jpg");
        var media = await SendAsync(HttpMethod.Post, "/api/v2/media", token, form);
        return await SendAsync(HttpMethod.Post, "/api/v1/statuses", token, JsonContent.Create(new { status = "A photo", media_ids = new[] { media.GetProperty("id").GetString() } }));
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        using var response = (await http.SendAsync(request)).EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
