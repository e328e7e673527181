using Npgsql;
using Tintype.Servers;
using Tintype.Storage.Dialects;
using Tintype.Storage.Migrations;
using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>Connections that fail, and servers that are not there.</summary>
public sealed class PostgresFaultSpecs
{
    private static readonly Shard Home = new(Cluster.Accounts, 1);

    [Fact]
    public async Task Connections_that_break_lose_nothing_and_double_nothing()
    {
        var server = await PostgresServer.Shared;
        var router = await OpenAsync(await server.CreateDatabaseAsync("breaking"));
        using var done = new CancellationTokenSource();
        var breaking = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await server.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'breaking'");
                await Task.Delay(100);
            }
        });

        var written = 0;
        var unknown = 0;
        for (var n = 0; n < 400; n++)
        {
            try
            {
                await PutAsync(router, $"n{n}");
                written++;
            }
            catch (OutcomeUnknownException)
            {
                unknown++;
            }
        }
        await done.CancelAsync();
        await breaking;

        Assert.InRange(await CountAsync(router, Freshness.Latest), written, written + unknown);
        Assert.True(written > 350, $"only {written} of 400 came through");
        await router.Map.DisposeAsync();
        await server.DropDatabaseAsync("breaking");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be_so_and_soon_is_not_asked_any_more()
    {
        await using var map = PostgresStorage.Open(_ => ["Host=127.0.0.1:1;Username=nobody;Database=nowhere"], 4, new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)));
        var partition = map.PartitionOf(Home);
        Task<long> Read() => partition.ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>("SELECT 1"), default);

        var errors = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Record.ExceptionAsync(Read).AsTask()));

        Assert.All(errors, error => Assert.IsType<NpgsqlException>(Assert.IsType<DatabaseRestsException>(error).InnerException));
        Assert.True(Read().IsFaulted, "asked again although it is known not to be there");
    }

    [Fact]
    public async Task Who_closes_while_a_server_is_found_to_be_away_does_not_hear_of_it()
    {
        var reads = new List<Task<Exception?>>();
        for (var round = 0; round < 600; round++)
        {
            var map = PostgresStorage.Open(_ => ["Host=127.0.0.1:1;Username=nobody;Database=nowhere"], 4, new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)));
            reads.Add(Record.ExceptionAsync(() => map.PartitionOf(Home).ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>("SELECT 1"), default)).AsTask());
            var asked = TimeProvider.System.GetTimestamp();
            SpinWait.SpinUntil(() => TimeProvider.System.GetElapsedTime(asked).TotalMicroseconds > 5 * (round % 200)); // Within a millisecond it is found out.

            await map.DisposeAsync();
        }

        Assert.All(await Task.WhenAll(reads), Assert.NotNull);
    }

    [Fact]
    public async Task A_herd_waits_in_line_for_connections_and_everybody_gets_an_answer()
    {
        await using var map = await NarrowAsync();
        var partition = map.PartitionOf(Home);

        var backends = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => partition.ReadAsync(
            Freshness.Latest, async session => (await session.QueryAsync<long>("SELECT pg_backend_pid() FROM pg_sleep(0.01)"))[0], default)));

        Assert.Equal(300, backends.Length);
        Assert.InRange(backends.Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task A_line_that_does_not_move_ends_and_who_asks_for_health_does_not_stand_in_it()
    {
        await using var map = await NarrowAsync(TimeSpan.FromMilliseconds(300));
        var partition = map.PartitionOf(Home);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holders = await HoldAllAsync(partition, release.Task);

        var error = await Record.ExceptionAsync(() => partition.ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>("SELECT 1"), default));
        await partition.Database.AnswersAsync(partition, default);
        release.SetResult();
        await Task.WhenAll(holders);

        Assert.IsType<TimeoutException>(Assert.IsType<DatabaseRestsException>(error).InnerException);
        Assert.Equal(1, await partition.ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>("SELECT 1"), default));
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line()
    {
        await using var map = await NarrowAsync();
        var partition = map.PartitionOf(Home);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holders = await HoldAllAsync(partition, release.Task);
        using var given = new CancellationTokenSource();
        var waiting = partition.ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>("SELECT 1"), given.Token);

        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release.SetResult();
        await Task.WhenAll(holders);
    }

    /// <summary>With two connections for whoever stands in line.</summary>
    private static async Task<ShardMap> NarrowAsync(TimeSpan? line = null)
    {
        var connection = (await PostgresServer.Shared).ConnectionString("postgres") + ";Maximum Pool Size=6;Timeout=60;Command Timeout=60";
        return PostgresStorage.Open(_ => [connection], 4, new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)) { Line = line ?? TimeSpan.FromMinutes(2) });
    }

    private static async Task<IReadOnlyList<Task>> HoldAllAsync(Partition partition, Task until)
    {
        using var holding = new SemaphoreSlim(0);
        var holders = Enumerable.Range(0, 2).Select(_ => partition.ReadAsync(Freshness.Latest, async session =>
        {
            holding.Release();
            await until;
            return true;
        }, default)).ToList<Task>();
        await holding.WaitAsync();
        await holding.WaitAsync();
        return holders;
    }

    private static async Task<ShardRouter> OpenAsync(string connection)
    {
        var map = PostgresStorage.Open(_ => [connection], 4);
        await new Migrator(map).MigrateAsync();
        return new ShardRouter(map, new Storage.Model.IdGenerator(TimeProvider.System, 4));
    }

    private static Task PutAsync(ShardRouter router, string name) => router.WriteAsync(Home, session =>
        session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, '', 0)", new { name }));

    private static Task<long> CountAsync(ShardRouter router, Freshness freshness) =>
        router.ReadAsync(Home, session => session.ScalarAsync<long>("SELECT count(*) FROM $shared_keys"), freshness);
}
