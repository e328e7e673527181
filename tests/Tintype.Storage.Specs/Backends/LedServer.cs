using Tintype.Servers;
using Tintype.Storage.Dialects;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Storage.Specs.Backends;

/// <summary>A leader of one's own with a follower, a database on them, and processes that use it: each a router with connections of its own.</summary>
public sealed class LedServer : IAsyncDisposable
{
    public static readonly Shard Home = new(Cluster.Accounts, 1);

    private readonly List<ShardMap> maps = [];

    private LedServer(PostgresServer leader, PostgresServer follower) => (Leader, Follower) = (leader, follower);

    public PostgresServer Leader { get; }
    public PostgresServer Follower { get; }

    public static async Task<LedServer> StartAsync()
    {
        var leader = await PostgresServer.StartAsync();
        await leader.CreateDatabaseAsync("led");
        return new LedServer(leader, await leader.StartFollowerAsync());
    }

    /// <summary>Another process, so to say.</summary>
    public async Task<ShardRouter> OpenAsync(TimeSpan? maxLag = null, TimeSpan? patience = null)
    {
        var map = PostgresStorage.Open(
            _ => [Leader.WithFollowers("led", Follower)], 4, new PostgresOptions(maxLag ?? TimeSpan.FromHours(1), patience ?? TimeSpan.FromSeconds(30)));
        maps.Add(map);
        await new Migrator(map).MigrateAsync();
        return new ShardRouter(map, new IdGenerator(TimeProvider.System, 4));
    }

    public static Task PutAsync(ShardRouter router, string name, Shard? shard = null) => router.WriteAsync(shard ?? Home, session =>
        session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, '', 0)", new { name }));

    public static Task<IReadOnlyList<string>> NamesAsync(ShardRouter router, Freshness freshness = Freshness.Any, Shard? shard = null) =>
        router.ReadAsync(shard ?? Home, session => session.QueryAsync<string>("SELECT name FROM $shared_keys ORDER BY name"), freshness);

    /// <summary>Whether a follower answers reads that may be somewhat old.</summary>
    public static async Task<bool> FollowerAnswersAsync(ShardRouter router, Shard? shard = null) =>
        await router.ReadAsync(shard ?? Home, session => session.ScalarAsync<long>("SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END"), Freshness.Any) == 1;

    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(60);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within 60 s: {what}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var map in maps)
        {
            await map.DisposeAsync();
        }
        await Follower.DisposeAsync();
        await Leader.DisposeAsync();
    }
}
