using Tintype.Storage.Dialects.Sqlite;
using Tintype.Storage.Shards;

namespace Tintype.Storage;

/// <summary>All three clusters in SQLite files under one folder: what Tintype starts with when nothing is set.</summary>
public static class EmbeddedStorage
{
    /// <param name="folder">Made when missing; holds accounts.db, content.db, social.db.</param>
    /// <param name="shards">Logical shards per cluster; fixed when the instance is born.</param>
    public static ShardMap Open(string folder, int shards)
    {
        Directory.CreateDirectory(folder);
        var partitions = Enum.GetValues<Cluster>().ToDictionary(cluster => cluster, cluster => new Partition(
            cluster, new SqliteDatabase(Path.Combine(folder, $"{cluster.ToString().ToLowerInvariant()}.db")), "", [.. Enumerable.Range(0, shards)]));
        return new ShardMap(shards, shard => partitions[shard.Cluster]);
    }
}
