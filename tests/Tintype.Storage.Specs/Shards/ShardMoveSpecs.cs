using System.Collections.Concurrent;
using Tintype.Servers;
using Tintype.Storage.Dialects;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Storage.Specs.Shards;

/// <summary>A shard that moves between two servers while two processes use it.</summary>
public sealed class ShardMoveSpecs : IAsyncLifetime
{
    private static readonly Shard Moved = new(Cluster.Accounts, 1);
    private static readonly Shard Stays = new(Cluster.Accounts, 2);

    private readonly List<ShardMap> maps = [];
    private PostgresServer a = null!;
    private PostgresServer b = null!;

    public async ValueTask InitializeAsync()
    {
        var servers = await Task.WhenAll(PostgresServer.StartAsync(), PostgresServer.StartAsync());
        (a, b) = (servers[0], servers[1]);
        await a.CreateDatabaseAsync("moving");
        await b.CreateDatabaseAsync("moving");
        // Born on one server; the other comes later.
        await OpenAsync(alone: true);
    }

    [Fact]
    public async Task Nobody_fails_and_nothing_is_lost_while_a_shard_moves_there_and_back()
    {
        var mine = await OpenAsync();
        var other = await OpenAsync();
        var acknowledged = new ConcurrentBag<string>();
        using var done = new CancellationTokenSource();
        var using_ = Enumerable.Range(0, 6).Select(n => Task.Run(async () =>
        {
            var router = n % 2 == 0 ? mine : other;
            for (var count = 0; !done.IsCancellationRequested; count++)
            {
                var name = $"{n}-{count}";
                await PutAsync(router, n == 5 ? Stays : Moved, name);
                acknowledged.Add(name);
                Assert.Contains(name, await NamesAsync(router, n == 5 ? Stays : Moved));
                await router.ReadFromAllShardsAsync(Cluster.Accounts, session => session.QueryAsync<string>("SELECT name FROM $shared_keys LIMIT 1"));
            }
        })).ToArray();
        await UntilAsync(() => acknowledged.Count > 200);

        var there = await MoveAsync(mine, b).RunAsync(keepOld: false, default);
        var before = acknowledged.Count;
        await UntilAsync(() => acknowledged.Count > before + 200 || using_.Any(task => task.IsFaulted));
        Assert.Equal(b.Host, HostOf(mine, Moved));
        Assert.Equal(a.Host, HostOf(mine, Stays));
        var back = await MoveAsync(mine, a).RunAsync(keepOld: false, default);
        before = acknowledged.Count;
        await UntilAsync(() => acknowledged.Count > before + 200 || using_.Any(task => task.IsFaulted));

        await done.CancelAsync();
        await Task.WhenAll(using_);
        Assert.Equal(a.Host, HostOf(other, Moved));
        Assert.Equal(acknowledged.Order(), (await NamesAsync(await OpenAsync(), Moved)).Concat(await NamesAsync(mine, Stays)).Order());
        TestContext.Current.SendDiagnosticMessage($"writes waited {there?.TotalMilliseconds:0} ms and {back?.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task A_move_that_is_killed_at_any_step_goes_on_when_it_is_started_again()
    {
        var mine = await OpenAsync();
        await PutAsync(mine, Moved, "a row");
        foreach (var step in new[] { "copies", "caught up", "writes waited" })
        {
            var target = HostOf(mine, Moved) == a.Host ? b : a;
            await Assert.ThrowsAsync<Killed>(() => MoveAsync(mine, target, said => { if (said.Contains(step, StringComparison.Ordinal)) { throw new Killed(); } }).RunAsync(keepOld: false, default));

            // Whatever has happened, the shard is there for everybody.
            var other = await OpenAsync();
            await PutAsync(other, Moved, step);
            Assert.Contains(step, await NamesAsync(mine, Moved));

            await MoveAsync(other, target).RunAsync(keepOld: false, default);
            Assert.Equal(target.Host, HostOf(other, Moved));
            Assert.Contains(step, await NamesAsync(mine, Moved));
        }
        Assert.Equal(["a row", "caught up", "copies", "writes waited"], (await NamesAsync(mine, Moved)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_move_that_was_killed_between_leaving_and_arriving_is_finished_by_whoever_asks()
    {
        var mine = await OpenAsync();
        await PutAsync(mine, Moved, "a row");
        await Assert.ThrowsAsync<Killed>(() => MoveAsync(mine, b, said => { if (said.Contains("writes waited", StringComparison.Ordinal)) { throw new Killed(); } }).RunAsync(keepOld: true, default));
        // As if the last word had not been said: the source has decided, the target has not heard.
        await using (var connection = new Npgsql.NpgsqlConnection(b.ConnectionString("moving")))
        {
            await connection.OpenAsync();
            await using var forget = new Npgsql.NpgsqlCommand("UPDATE tintype.shards SET state = 'arriving', epoch = 0 WHERE schema = 'accounts_001'", connection);
            Assert.Equal(1, await forget.ExecuteNonQueryAsync());
        }

        var other = await OpenAsync();

        Assert.Equal(["a row"], await NamesAsync(other, Moved));
        await PutAsync(other, Moved, "another");
        Assert.Equal(b.Host, HostOf(other, Moved));
    }

    [Fact]
    public async Task A_move_can_be_given_up_and_begun_anew()
    {
        var mine = await OpenAsync();
        await PutAsync(mine, Moved, "a row");
        await Assert.ThrowsAsync<Killed>(() => MoveAsync(mine, b, said => { if (said.Contains("copies", StringComparison.Ordinal)) { throw new Killed(); } }).RunAsync(keepOld: false, default));

        await MoveAsync(mine, b).AbortAsync(default);
        await PutAsync(mine, Moved, "another");
        Assert.Equal(a.Host, HostOf(mine, Moved));
        await MoveAsync(mine, b).RunAsync(keepOld: false, default);

        Assert.Equal(["a row", "another"], (await NamesAsync(await OpenAsync(), Moved)).Order());
        Assert.Equal(b.Host, HostOf(mine, Moved));
    }

    [Fact]
    public async Task Jobs_go_on_where_their_shard_is()
    {
        var mine = await OpenAsync();
        var signal = new JobSignal();
        var outbox = new Storage.Tables.OutboxTable(TimeProvider.System, mine.Ids, signal);
        await mine.WriteAsync(Moved, session => outbox.AddAsync(session, Moved.Number, OutboxMessage.Of(new AccountChanged(new AccountId(1)))));
        var other = await OpenAsync();
        await MoveAsync(other, b).RunAsync(keepOld: false, default);

        var due = new List<Partition>();
        await UntilAsync(async () =>
        {
            foreach (var (database, partitions) in mine.Map.Databases)
            {
                due.AddRange(await outbox.DueAsync(database, partitions, Lane.Rest, default));
            }
            return due.Count > 0;
        });

        Assert.Single(await outbox.ClaimAsync(due[0], Lane.Rest, 10, TimeSpan.FromMinutes(1), default));
        Assert.Equal(b.Host, HostOf(mine, Moved));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var map in maps)
        {
            await map.DisposeAsync();
        }
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    private async Task<ShardRouter> OpenAsync(bool alone = false)
    {
        var map = PostgresStorage.Open(_ => alone ? [Named(a)] : [Named(a), Named(b)], 4);
        maps.Add(map);
        await new Migrator(map).MigrateAsync();
        return new ShardRouter(map, new IdGenerator(TimeProvider.System, 4));
    }

    private static DatabaseServer Named(PostgresServer server) => new(server.Host, server.ConnectionString("moving"));

    private static ShardMove MoveAsync(ShardRouter router, PostgresServer to, Action<string>? say = null)
    {
        var placement = router.Map.Placement!;
        return new ShardMove(
            placement, router.Map.PartitionOf(Moved), placement.Servers.Single(server => server.Name == to.Host),
            partition => new Migrator(router.Map).MakeAsync(partition), say ?? (_ => { }));
    }

    private static string HostOf(ShardRouter router, Shard shard) => router.Map.PartitionOf(shard).Database.Name;

    private static Task PutAsync(ShardRouter router, Shard shard, string name) => router.WriteAsync(shard, session =>
        session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, '', 0)", new { name }));

    private static Task<IReadOnlyList<string>> NamesAsync(ShardRouter router, Shard shard) =>
        router.ReadAsync(shard, session => session.QueryAsync<string>("SELECT name FROM $shared_keys"), Freshness.Any);

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(90);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, "not within 90 s");
            await Task.Delay(20);
        }
    }

    private sealed class Killed : Exception;
}
