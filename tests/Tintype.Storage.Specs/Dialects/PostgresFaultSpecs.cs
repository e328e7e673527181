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
