using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tintype.Storage;
using Tintype.Storage.Dialects;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Bench;

/// <summary>
/// Durable transactions and point reads per second through ShardRouter, by how many ask at once, on the disk where the folder lies.
/// One writer at a time is what group commit is measured against, in the same run.
/// </summary>
internal static class StorageBench
{
    private const int Shards = 64;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    /// <param name="args">--postgres "CONNECTION STRING" of an empty database; --folder PATH for SQLite (default: a temporary one).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var report = new StringBuilder();
        var folder = Value(args, "--folder") ?? Directory.CreateTempSubdirectory("tintype-bench-").FullName;
        if (!args.Contains("--postgres-only"))
        {
            await MeasureAsync("SQLite, synchronous=FULL", EmbeddedStorage.Open(folder, Shards), report);
        }
        if (Value(args, "--postgres") is { } connection)
        {
            await MeasureAsync("PostgreSQL", PostgresStorage.Open(_ => [connection], Shards), report);
        }
        var file = Path.Combine(ResultsFolder(), string.Create(CultureInfo.InvariantCulture, $"storage-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.txt"));
        await File.WriteAllTextAsync(file, report.ToString());
        Console.WriteLine($"Kept in {Path.GetFullPath(file)}");
        return 0;
    }

    private static async Task MeasureAsync(string name, ShardMap map, StringBuilder report)
    {
        await using var closing = map;
        var watch = Stopwatch.StartNew();
        await new Migrator(map).MigrateAsync();
        Say(report, $"{name}: {Environment.ProcessorCount} cores, {Shards} shards; migrated in {watch.ElapsedMilliseconds:N0} ms");
        watch.Restart();
        await new Migrator(map).MigrateAsync();
        Say(report, $"  nothing to migrate                      {watch.ElapsedMilliseconds,9:N0} ms");

        var router = new ShardRouter(map, new IdGenerator(TimeProvider.System, Shards));
        foreach (var writers in (int[])[1, 8, 64, 256])
        {
            var rate = await RateAsync(writers, _ => router.InsertAsync<Post, int>(Cluster.Content, Random.Shared.Next(Shards), PutAsync));
            Say(report, $"  transactions/s, {writers,4} at once         {rate,12:N0}");
        }
        var ids = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(n =>
            router.InsertAsync<Post, AccountId>(Cluster.Content, n % Shards, async (session, id) => { await PutAsync(session, id); return new AccountId(id.Value); })));
        foreach (var readers in (int[])[1, 2, 32])
        {
            var rate = await RateAsync(readers, async n =>
            {
                var id = ids[Random.Shared.Next(ids.Length)];
                await router.ReadAsync(id.In(Cluster.Content), session => session.ScalarAsync<long>("SELECT posts FROM $content_counts WHERE account_id = @id", new { id }));
            });
            Say(report, $"  point reads/s, {readers,4} at once          {rate,12:N0}");
        }
        var outbox = new OutboxTable(TimeProvider.System, router.Ids, new JobSignal());
        var posts = new PostTable(router, outbox);
        PostId[] Page() => [.. Enumerable.Range(0, 20).Select(_ => new PostId(ids[Random.Shared.Next(ids.Length)].Value))];
        var pages = await RateAsync(2, _ => posts.GetAsync(Page()));
        Say(report, $"  lookups of 20 ids/s,  2 at once         {pages,12:N0}");
        var apart = await RateAsync(2, _ => Task.WhenAll(Page().GroupBy(id => id.Shard).Select(here => posts.GetAsync([.. here]))));
        Say(report, $"  the same, a query for each shard        {apart,12:N0}");
        var looks = await RateAsync(2, async _ =>
        {
            foreach (var (database, partitions) in map.Databases)
            {
                await outbox.DueAsync(database, partitions, Lane.Media, default);
            }
        });
        Say(report, $"  looks at all outboxes/s, 2 at once      {looks,12:N0}");
    }

    private static Task<int> PutAsync(ShardSession session, PostId id) =>
        session.ExecuteAsync("INSERT INTO $content_counts (account_id, posts, last_post_at) VALUES (@id, 1, 0)", new { id });

    /// <summary>How often a second <paramref name="askers"/> get through <paramref name="work"/>, each asking again as soon as it is answered.</summary>
    private static async Task<double> RateAsync(int askers, Func<int, Task> work)
    {
        await RunForAsync(askers, work, WarmUp);
        var watch = Stopwatch.StartNew();
        var done = await RunForAsync(askers, work, Each);
        return done / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> RunForAsync(int askers, Func<int, Task> work, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, askers).Select(asker => Task.Run(async () =>
        {
            var count = 0L;
            for (; Stopwatch.GetTimestamp() < until; count++)
            {
                await work(asker);
            }
            return count;
        })));
        return counts.Sum();
    }

    private static void Say(StringBuilder report, FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine(text);
        report.AppendLine(text);
    }

    private static string? Value(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    internal static string ResultsFolder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "..", "results")).FullName;
}
