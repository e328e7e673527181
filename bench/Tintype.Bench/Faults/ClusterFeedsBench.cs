using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Commands;
using Tintype.Commands.Load;
using Tintype.Demo.Painting;
using Tintype.Servers;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Bench.Faults;

using Visitor = Tintype.Commands.Load.Visitor;

/// <summary>
/// Whole feeds of people drawn at random, read through proxy and gateways of a cluster, against their definition computed from every row
/// of every table: before, while shards move, and after.
/// </summary>
internal static class ClusterFeedsBench
{
    private const int Readers = 200;
    private const int Uploads = 50;
    private const int AtOnce = 4;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private sealed record Round(string When, int Feeds, int Entries, int Wrong, int Moves, double Seconds);

    public static async Task<int> RunAsync(FaultOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-feeds-").FullName;
        var cluster = await FaultBench.ClusterAsync(options, folder);
        try
        {
            var visitors = await FaultBench.VisitorsAsync(cluster, options);
            foreach (var (name, value) in cluster.Settings)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
            await using var app = await CommandApp.OpenAsync(Path.Combine(folder, "data"));
            using var http = LoadCommand.Client(new Uri(cluster.Url));
            var visit = new Visit(http, new UploadPicture(Painter.Paint(Motif.Sea, 1).Jpeg));
            var readers = new Random(200).GetItems([.. visitors], 2 * Readers).Distinct().Take(Readers).ToArray();
            var rows = new List<Round>
            {
                await RoundAsync("before", app.Services, visit, visitors, readers, null),
                await RoundAsync("while shards move", app.Services, visit, visitors, readers, cluster),
                await RoundAsync("after", app.Services, visit, visitors, readers, null),
            };
            await File.WriteAllTextAsync(
                Path.Combine(ResultsFolder(), $"cluster-feeds-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.json"),
                JsonSerializer.Serialize(new { Command = "dotnet run -c Release --project bench/Tintype.Bench -- cluster-feeds", At = TimeProvider.System.GetUtcNow(), Options = options.Told(), Rows = rows }, Indented));
            return rows.Sum(row => row.Wrong) == 0 ? 0 : 1;
        }
        finally
        {
            await FaultBench.LeaveAsync(options, cluster, folder);
        }
    }

    /// <summary>Some photos are uploaded and spread; then everybody's feed is read.</summary>
    private static async Task<Round> RoundAsync(string when, IServiceProvider services, Visit visit, IReadOnlyList<Visitor> visitors, Visitor[] readers, RunningCluster? moving)
    {
        foreach (var author in Random.Shared.GetItems([.. visitors], Uploads))
        {
            await visit.DoAsync(Deed.Upload, author, CancellationToken.None);
        }
        await SpreadAsync(services);
        var expected = await DefinitionsAsync(services, readers);
        using var enough = new CancellationTokenSource();
        var (wrong, entries, clock) = (0, 0, Stopwatch.StartNew());
        var moves = moving is null ? Task.FromResult(0) : MoveAsync(moving, enough.Token);
        await Parallel.ForEachAsync(readers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (reader, cancel) =>
        {
            var shown = await WholeFeedAsync(visit, reader, cancel);
            Interlocked.Add(ref entries, shown.Count);
            if (!shown.SequenceEqual(expected[reader]))
            {
                Interlocked.Increment(ref wrong);
                Console.WriteLine($"{when}: {reader.Username} is shown {shown.Count}, of which {shown.Except(expected[reader]).Count()} do not belong; {expected[reader].Except(shown).Count()} of {expected[reader].Count} are missing");
            }
        });
        var took = clock.Elapsed.TotalSeconds;
        await enough.CancelAsync();
        var round = new Round(when, readers.Length, entries, wrong, await moves, took);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when,-18} {round.Feeds} feeds with {round.Entries} entries in {took:0.0} s, {round.Moves} moves meanwhile: {round.Wrong} differ from their definition"));
        return round;
    }

    /// <summary>The fullest shard of content and of social, there and back, until it is enough.</summary>
    private static async Task<int> MoveAsync(RunningCluster cluster, CancellationToken enough)
    {
        var moves = 0;
        for (; !enough.IsCancellationRequested; moves++)
        {
            await Drills.MoveFullestAsync(cluster, moves % 2 == 0 ? "content" : "social");
        }
        return moves;
    }

    private static async Task SpreadAsync(IServiceProvider services)
    {
        var (map, outbox, soon) = (services.GetRequiredService<ShardMap>(), services.GetRequiredService<OutboxTable>(), TimeProvider.System.GetUtcNow().AddMinutes(15));
        foreach (var partition in Enum.GetValues<Cluster>().SelectMany(map.PartitionsOf))
        {
            while ((await outbox.CountAsync(partition)).Any(count => count.State == OutboxState.Ready && count.Kind != PhotoSweepDue.Kind && count.Oldest < soon))
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task<IReadOnlyList<long>> WholeFeedAsync(Visit visit, Visitor reader, CancellationToken cancel)
    {
        var all = new List<long>();
        while (true)
        {
            var page = await visit.JsonAsync($"/api/v1/timelines/home?limit=40{(all.Count > 0 ? $"&max_id={all[^1]}" : "")}", reader, cancel);
            if (page.GetArrayLength() == 0)
            {
                return all;
            }
            all.AddRange(page.EnumerateArray().Select(status => long.Parse(status.GetProperty("id").GetString()!, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Live photo posts of oneself and of those one follows, but for the blocked and the muted, newest first: from rows alone.</summary>
    private static async Task<Dictionary<Visitor, IReadOnlyList<long>>> DefinitionsAsync(IServiceProvider services, Visitor[] readers)
    {
        var router = services.GetRequiredService<ShardRouter>();
        Task<IReadOnlyList<(T, long)>> PairsAsync<T>(Cluster cluster, string sql) => router.ReadFromAllShardsAsync(cluster, session => session.QueryAsync<(T, long)>(sql));
        var ids = (await PairsAsync<string>(Cluster.Accounts, "SELECT username, id FROM $accounts")).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        var following = (await PairsAsync<long>(Cluster.Social, "SELECT follower_id, followee_id FROM $follows WHERE state = 2")).ToLookup(pair => pair.Item1, pair => pair.Item2);
        var against = (await PairsAsync<long>(Cluster.Social,
            """
            SELECT account_id, target_id FROM $blocks WHERE active = 1
            UNION ALL SELECT target_id, account_id FROM $blocks WHERE active = 1
            UNION ALL SELECT account_id, target_id FROM $mutes
            """)).ToLookup(pair => pair.Item1, pair => pair.Item2);
        var posts = (await PairsAsync<long>(Cluster.Content, "SELECT account_id, id FROM $posts WHERE state = 1 AND root_id IS NULL")).ToLookup(pair => pair.Item1, pair => pair.Item2);
        return readers.ToDictionary(reader => reader, reader => (IReadOnlyList<long>)[.. following[ids[reader.Username]].Except(against[ids[reader.Username]])
            .Append(ids[reader.Username]).Distinct().SelectMany(author => posts[author]).OrderDescending()]);
    }

    private static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "results")).FullName;
}
