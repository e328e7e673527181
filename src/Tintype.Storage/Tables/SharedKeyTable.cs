using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Keys that all processes share and that survive restarts: cookie protection, media signatures. On accounts shard 0.</summary>
public sealed class SharedKeyTable(ShardRouter router, TimeProvider time)
{
    private static readonly Shard Home = new(Cluster.Accounts, 0);

    public Task<IReadOnlyList<string>> AllAsync(string prefix, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<string>(
            "SELECT value FROM $shared_keys WHERE name LIKE @pattern ORDER BY created_at", new { pattern = prefix + "%" }), cancel: cancel);

    /// <returns>The value that is now stored: the first writer's.</returns>
    public Task<string> AddOrGetAsync(string name, string value, CancellationToken cancel = default) =>
        router.WriteAsync(Home, async session =>
        {
            await session.ExecuteAsync(
                "INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, @value, @now) ON CONFLICT (name) DO NOTHING",
                new { name, value, now = time.GetUtcNow() });
            return (await session.ScalarAsync<string>("SELECT value FROM $shared_keys WHERE name = @name", new { name }))!;
        }, cancel);
}
