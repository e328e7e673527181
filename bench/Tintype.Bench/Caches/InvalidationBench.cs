using System.Diagnostics;
using System.Globalization;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Bench.Caches;

/// <summary>
/// From when one process has written a profile until another, which had it cached, answers with what was written: over PostgreSQL's LISTEN and
/// NOTIFY, and over Redis. The other is asked again and again over HTTP, so an answer's time is part of each figure.
/// </summary>
internal static class InvalidationBench
{
    private const int People = 50;

    // As long as the longest lifetime: beyond it, it was not the word that did it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(int writes)
    {
        var report = new Report("invalidation");
        report.Say($"{writes:N0} profiles written by one process, one after the other, and asked of another that had them cached, until it knows; {Report.Machine()}");
        var isKept = await RunAsync(report, writes, onRedis: false) & await RunAsync(report, writes, onRedis: true);
        report.Say($"to reach: 100 ms");
        await report.KeepAsync();
        return isKept ? 0 : 1;
    }

    private static async Task<bool> RunAsync(Report report, int writes, bool onRedis)
    {
        await using var net = await CacheNet.StartAsync(1, onRedis);
        var (accounts, cache) = (net.Get<AccountTable>(), net.Get<People>());
        var people = await net.PeopleAsync("written", People);
        using var http = new HttpClient { BaseAddress = net.Urls[0] };
        var (took, answers, never) = (new List<double>(), new List<double>(), 0);
        for (var n = -People; n < writes; n++)
        {
            var (id, name) = (people[(n + People) % People], string.Create(CultureInfo.InvariantCulture, $"Version {n}"));
            var account = (await accounts.FindAsync(id))!;
            var asked = Stopwatch.GetTimestamp();
            await AskAsync(http, id);
            var answered = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;

            await accounts.UpdateProfileAsync(account with { DisplayName = name });
            var written = Stopwatch.GetTimestamp();
            await cache.ForgetAsync(id);
            var isKnown = false;
            while (!isKnown && Stopwatch.GetElapsedTime(written) < Patience)
            {
                isKnown = (await AskAsync(http, id)).Contains($"\"{name}\"", StringComparison.Ordinal);
            }
            if (n >= 0) // The first round waits for compilers.
            {
                never += isKnown ? 0 : 1;
                took.Add(Stopwatch.GetElapsedTime(written).TotalMilliseconds);
                answers.Add(answered);
            }
        }
        double[] sorted = [.. took.Order()];
        report.Say($"{(onRedis ? "Redis" : "PostgreSQL"),-10}  {Report.At(0.5, sorted),6:N1} ms median  {Report.At(0.99, sorted),6:N1} ms p99  {sorted[^1],6:N1} ms at most, of which an answer takes {Report.At(0.5, [.. answers.Order()]):N1} ms (median); never known: {never}");
        return never == 0 && Report.At(0.99, sorted) <= 100;
    }

    private static async Task<string> AskAsync(HttpClient http, AccountId id) => await http.GetStringAsync(new Uri($"/api/v1/accounts/{id}", UriKind.Relative));
}
