using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Shards;

namespace Tintype.Storage;

/// <summary>
/// The three clusters on PostgreSQL: a schema for each logical shard. An empty instance deals them out in turn over the servers of their
/// cluster; from then on the servers know what is on them.
/// </summary>
public static class PostgresStorage
{
    /// <param name="serversOf">The servers of a cluster. Clusters that name the same share its connections.</param>
    /// <param name="shards">Logical shards per cluster; fixed when the instance is born.</param>
    public static ShardMap Open(Func<Cluster, IReadOnlyList<DatabaseServer>> serversOf, int shards, PostgresOptions? options = null)
    {
        options ??= PostgresOptions.Default;
        var databases = new Dictionary<DatabaseServer, PostgresDatabase>();
        PostgresDatabase Database(DatabaseServer server) =>
            databases.TryGetValue(server, out var known) ? known : databases[server] = new PostgresDatabase(server, options);
        var servers = Enum.GetValues<Cluster>().ToDictionary(
            cluster => cluster, cluster => (IReadOnlyList<PostgresDatabase>)[.. serversOf(cluster).Select(Database).Distinct()]);
        var placement = new PostgresPlacement(servers, options);
        return new ShardMap(shards, shard =>
        {
            var some = servers[shard.Cluster];
            return new Partition(shard.Cluster, some[shard.Number % some.Count], $"{shard}.", [shard.Number]) { Follow = placement.FollowAsync };
        }, placement);
    }
}
