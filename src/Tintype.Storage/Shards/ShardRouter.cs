using Tintype.Storage.Dialects;
using Tintype.Storage.Model;

namespace Tintype.Storage.Shards;

/// <summary>
/// Takes reads and writes to the partition where their rows live. An id says its shard; a name is claimed in the shard of its hash.
/// </summary>
public sealed class ShardRouter(ShardMap map, IdGenerator ids)
{
    // Two processes drew the same id in the same millisecond: once is rare, thrice is a bug.
    private const int MaxIdDraws = 5;

    public ShardMap Map => map;
    public IdGenerator Ids => ids;

    public Task<T> WriteAsync<T>(Shard shard, Func<ShardSession, Task<T>> work, CancellationToken cancel = default)
    {
        var partition = map.PartitionOf(shard);
        return partition.WriteAsync(work, cancel);
    }

    public Task WriteAsync(Shard shard, Func<ShardSession, Task> work, CancellationToken cancel = default) =>
        WriteAsync(shard, async session => { await work(session); return true; }, cancel);

    /// <summary>Reads on one shard. An id that names a shard we do not have finds nothing, like any unknown id.</summary>
    public Task<T> ReadAsync<T>(Shard shard, Func<ShardSession, Task<T>> work, Freshness freshness = Freshness.Latest, CancellationToken cancel = default)
    {
        var partition = map.PartitionOf(shard with { Number = shard.Number % map.Shards });
        return partition.ReadAsync(freshness, work, cancel);
    }

    /// <summary>Reads rows by id from all partitions that hold some of them; the order of the result is not that of the ids.</summary>
    /// <param name="read">Is given the ids of one partition.</param>
    public Task<IReadOnlyList<TRow>> ReadManyAsync<TKind, TRow>(
        Cluster cluster, IReadOnlyCollection<Id<TKind>> rows, Func<ShardSession, IReadOnlyList<Id<TKind>>, Task<IReadOnlyList<TRow>>> read,
        Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        GatherAsync(
            rows.Where(id => map.Holds(id.Shard)).GroupBy(id => map.PartitionOf(new Shard(cluster, id.Shard))).ToDictionary(group => group.Key, group => group.ToArray()),
            read, freshness, cancel);

    /// <summary>
    /// Reads what is asked so often, of so many shards, that planning a statement for each would cost more than running it: one for each server,
    /// over all its shards, which stays planned. From leaders.
    /// </summary>
    /// <param name="sql">A SELECT with the list <c>@here</c> for the rows' ids. PostgreSQL plans it without knowing any of the values.</param>
    /// <param name="args">Its other parameters.</param>
    public async Task<IReadOnlyList<TRow>> ReadTogetherAsync<TKind, TRow>(
        Cluster cluster, IReadOnlyCollection<Id<TKind>> rows, Func<SqlDialect, string> sql, IReadOnlyDictionary<string, object> args, CancellationToken cancel = default)
    {
        var here = rows.Where(id => map.Holds(id.Shard)).GroupBy(id => map.PartitionOf(new Shard(cluster, id.Shard)))
            .ToDictionary(group => group.Key, group => group.Select(id => id.Value).ToArray());
        return await WhereTheyAreAsync<TRow>(map.PartitionsOf(cluster), async (database, all) => all.Any(here.ContainsKey)
            ? await database.ReadTogetherAsync<TRow>(all, here, sql(database.Dialect), args, cancel)
            : [], cancel);
    }

    /// <summary>Reads on every partition of a cluster: its cost grows with the number of shards.</summary>
    public Task<IReadOnlyList<TRow>> ReadFromAllShardsAsync<TRow>(
        Cluster cluster, Func<ShardSession, Task<IReadOnlyList<TRow>>> read, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        GatherAsync(map.PartitionsOf(cluster).ToDictionary(partition => partition, _ => true), (session, _) => read(session), freshness, cancel);

    /// <summary>Writes a row under a new id, drawing again should another process have drawn the same one.</summary>
    public async Task<T> InsertAsync<TKind, T>(Cluster cluster, int shard, Func<ShardSession, Id<TKind>, Task<T>> insert, CancellationToken cancel = default)
    {
        var target = new Shard(cluster, shard);
        for (var draw = 1; ; draw++)
        {
            var id = ids.Next<TKind>(shard);
            try
            {
                return await WriteAsync(target, session => insert(session, id), cancel);
            }
            catch (Exception error) when (draw < MaxIdDraws && map.PartitionOf(target).Database.IsUniqueViolation(error))
            {
                // Only the primary key can be the clash: inserts under new ids have no other unique column.
                ids.Leap(shard);
            }
        }
    }

    /// <summary>The shard in which a name is claimed: FNV-1a of its UTF-8 bytes, the same on every machine and for ever.</summary>
    public Shard ShardOfName(Cluster cluster, string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in System.Text.Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ octet) * 1099511628211UL;
        }
        return new Shard(cluster, (int)(hash % (ulong)map.Shards));
    }

    private static Task<IReadOnlyList<TRow>> GatherAsync<TShare, TRow>(
        Dictionary<Partition, TShare> shares, Func<ShardSession, TShare, Task<IReadOnlyList<TRow>>> read, Freshness freshness, CancellationToken cancel) =>
        WhereTheyAreAsync(shares.Keys, async (database, here) =>
            Together(await database.ReadManyAsync(here, freshness, session => read(session, shares[session.Partition]), cancel)), cancel);

    /// <summary>Reads from each database what it has of these partitions; all of it again should one have moved meanwhile.</summary>
    private static async Task<IReadOnlyList<TRow>> WhereTheyAreAsync<TRow>(
        IReadOnlyCollection<Partition> partitions, Func<Database, IReadOnlyList<Partition>, Task<IReadOnlyList<TRow>>> read, CancellationToken cancel)
    {
        while (true)
        {
            var asked = partitions.Select(partition => (Partition: partition, partition.Database)).ToList();
            try
            {
                return Together(await Task.WhenAll(asked.GroupBy(one => one.Database, one => one.Partition).Select(here => read(here.Key, [.. here]))));
            }
            catch (ShardNotHereException)
            {
                var moved = await Task.WhenAll(asked.Select(one => one.Partition.HasMovedAsync(one.Database, cancel)));
                if (!moved.Contains(true))
                {
                    throw;
                }
            }
        }
    }

    private static IReadOnlyList<TRow> Together<TRow>(IReadOnlyList<TRow>[] parts) => parts is [var only] ? only : [.. parts.SelectMany(rows => rows)];
}

/// <summary>Which shard of which cluster an id's rows live on.</summary>
public static class ShardOfId
{
    public static Shard In<TKind>(this Id<TKind> id, Cluster cluster) => new(cluster, id.Shard);
}
