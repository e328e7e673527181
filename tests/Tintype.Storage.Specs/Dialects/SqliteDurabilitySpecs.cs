using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Prometheus;
using Tintype.Storage.Dialects;
using Tintype.Storage.Dialects.Sqlite;
using Tintype.Storage.Migrations;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>What only an embedded database has to promise: group commit, and files that outlive their process.</summary>
public sealed class SqliteDurabilitySpecs
{
    private static readonly Shard Home = new(Cluster.Accounts, 0);

    [Fact]
    public async Task What_was_acknowledged_is_there_after_kill_9_and_nothing_is_half_there()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-kill-").FullName;
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            acknowledged.UnionWith(await AcknowledgedBeforeKillAsync(folder, round, atLeast: 40 + 60 * round));
        }

        await using var map = EmbeddedStorage.Open(folder, 1);
        var partition = map.PartitionOf(Home);
        await new Migrator(map).MigrateAsync();
        await partition.ReadAsync(Freshness.Latest, async session =>
        {
            var first = await session.QueryAsync<string>("SELECT name FROM $shared_keys WHERE value = 'first'");
            var second = await session.QueryAsync<string>("SELECT name FROM $shared_keys WHERE value = 'second'");
            Assert.Subset(first.ToHashSet(), acknowledged);
            Assert.Equal(first.Select(name => name + "b").Order(StringComparer.Ordinal), second.Order(StringComparer.Ordinal));
            Assert.Equal("ok", await session.ScalarAsync<string>("PRAGMA integrity_check"));
            return true;
        }, default);
        await map.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The other process of the spec above: eight writers that say on standard output what has been committed, until killed.</summary>
    internal static async Task WriteUntilKilledAsync(string folder, string round)
    {
        await using var map = EmbeddedStorage.Open(folder, 1);
        await new Migrator(map).MigrateAsync();
        var partition = map.PartitionOf(Home);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var n = 0; ; n++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{round}-{writer}-{n}");
                await partition.WriteAsync(async session =>
                {
                    await session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, 'first', 0)", new { name });
                    return await session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, 'second', 0)", new { name = name + "b" });
                }, default);
                Console.WriteLine(name);
            }
        }));
    }

    [Fact]
    public async Task Work_that_waits_for_anything_but_its_session_is_refused_and_undone()
    {
        await using var store = await Store.OpenAsync(Backend.Sqlite);
        var hold = new TaskCompletionSource();

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Router.WriteAsync(Home, async session =>
        {
            await PutAsync(session, "before");
            await hold.Task;
            await PutAsync(session, "after");
        }));
        hold.SetResult();

        Assert.Equal(0, await CountAsync(store));
        await store.Router.WriteAsync(Home, session => PutAsync(session, "others go on"));
    }

    [Fact]
    public async Task Who_fills_the_disk_fails_alone_and_the_writer_goes_on()
    {
        await using var store = await Store.OpenAsync(Backend.Sqlite);
        // The disk of this database ends a hundred pages from here.
        var pages = await store.Router.ReadAsync(Home, session => session.ScalarAsync<long>("PRAGMA page_count"));
        await store.Router.WriteAsync(Home, session => session.ScalarAsync<long>($"PRAGMA max_page_count = {pages + 100}"));

        var small = Enumerable.Range(0, 10).Select(n => store.Router.WriteAsync(Home, session => PutAsync(session, $"before {n}"))).ToArray();
        var big = store.Router.WriteAsync(Home, async session =>
        {
            for (var n = 0; n < 10_000; n++)
            {
                await PutAsync(session, new string('x', 4_000) + n);
            }
        });
        var after = Enumerable.Range(0, 10).Select(n => store.Router.WriteAsync(Home, session => PutAsync(session, $"after {n}"))).ToArray();

        Assert.Contains("full", (await Assert.ThrowsAnyAsync<DbException>(() => big)).Message, StringComparison.Ordinal);
        await Task.WhenAll([.. small, .. after]);
        Assert.Equal(20, await CountAsync(store));
    }

    [Fact]
    public async Task Many_that_wait_share_one_commit()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-group-").FullName;
        var name = Path.GetFileName(folder);
        var database = new SqliteDatabase(Path.Combine(folder, $"{name}.db"));
        var partition = new Partition(Cluster.Accounts, database, "", [0]);
        var groups = Metrics.CreateHistogram("tintype_sqlite_group_size", "", ["file"]).WithLabels(name);
        using var gate = new ManualResetEventSlim();
        // Holds the writer thread, as a slow disk would, until the others have gathered.
        var first = database.WriteAsync(partition, session => { gate.Wait(); return session.ExecuteAsync("CREATE TABLE $rows (id bigint)"); }, default);

        var others = Enumerable.Range(0, 200).Select(id => database.WriteAsync(partition, session => session.ExecuteAsync("INSERT INTO $rows VALUES (@id)", new { id }), default)).ToArray();
        gate.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(201, groups.Sum);
        Assert.InRange(groups.Count, 1, 2);
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued()
    {
        var store = await Store.OpenAsync(Backend.Sqlite);
        var writes = Enumerable.Range(0, 500).Select(n => store.Router.WriteAsync(Home, session => PutAsync(session, $"n{n}"))).ToArray();

        await store.DisposeAsync();

        Assert.All(writes, write => Assert.True(write.IsCompletedSuccessfully));
    }

    private static async Task<List<string>> AcknowledgedBeforeKillAsync(string folder, int round, int atLeast)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SqliteDurabilitySpecs).Assembly.Location);
        }
        foreach (var argument in new[] { nameof(WriteUntilKilledAsync), folder, $"round{round}" })
        {
            start.ArgumentList.Add(argument);
        }
        using var writer = Process.Start(start)!;
        var lines = new List<string>();
        while (lines.Count < atLeast && await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }
        writer.Kill();
        // A line that the kill cut short was not acknowledged to anybody.
        var rest = await writer.StandardOutput.ReadToEndAsync();
        lines.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await writer.WaitForExitAsync();
        Assert.True(lines.Count >= atLeast, "the other process ended by itself");
        return lines;
    }

    private static Task PutAsync(ShardSession session, string name) =>
        session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, '', 0)", new { name });

    private static Task<long> CountAsync(Store store) => store.Router.ReadAsync(Home, session => session.ScalarAsync<long>("SELECT count(*) FROM $shared_keys"));
}
