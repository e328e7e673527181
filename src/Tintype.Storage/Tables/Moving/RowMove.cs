using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Moving;

using Row = IReadOnlyDictionary<string, object>;

/// <summary>Reads the rows of one instance in the order of their keys and puts them where another keeps them.</summary>
public sealed class RowMove(ShardMap from, ShardRouter to)
{
    // More would not be faster: each group is one COPY and one COMMIT.
    private const int GroupsAtOnce = 8;

    public Task<long> CountAsync(Partition source, MovedTable table, CancellationToken cancel) =>
        source.ReadAsync(Freshness.Latest, session => session.ScalarAsync<long>($"SELECT count(*) FROM ${table.Name}"), cancel);

    /// <summary>The next rows behind a key, as dictionaries of columns in the schema's order.</summary>
    /// <param name="after">A row with the key columns; null starts at the first.</param>
    public static Task<IReadOnlyList<Row>> ReadAsync(Partition source, MovedTable table, Row? after, int limit, CancellationToken cancel) =>
        source.ReadAsync(Freshness.Latest, async session =>
        {
            var behind = after is null ? "" : $"WHERE ({table.KeyColumns}) > ({string.Join(", ", table.Key.Select(column => "@" + column))})";
            return Rows(await session.QueryAsync<object>($"SELECT * FROM ${table.Name} {behind} ORDER BY {table.KeyColumns} LIMIT {limit}", after));
        }, cancel);

    /// <summary>Adds rows; those whose key or other unique columns are there already stay as they are there.</summary>
    public Task AddAsync(MovedTable table, IReadOnlyList<Row> rows, CancellationToken cancel) => ByPartitionAsync(table, rows, async (partition, group) =>
    {
        try
        {
            await partition.WriteAsync(async session => { await session.AddRowsAsync(table.Name, group); return true; }, cancel);
        }
        catch (Exception error) when (partition.Database.IsUniqueViolation(error))
        {
            var columns = group[0].Keys.ToList();
            await partition.WriteAsync(session => session.ExecuteAsync(
                $"INSERT INTO ${table.Name} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))}) ON CONFLICT DO NOTHING", group), cancel);
        }
    }, cancel);

    /// <summary>Makes the rows of some keys what they are now: present or absent.</summary>
    public Task ReplaceAsync(MovedTable table, IReadOnlyList<Row> keys, IReadOnlyList<Row> now, CancellationToken cancel)
    {
        var byPartition = now.ToLookup(row => PartitionOf(table, row));
        return ByPartitionAsync(table, keys, (partition, gone) => partition.WriteAsync(async session =>
        {
            await session.ExecuteAsync($"DELETE FROM ${table.Name} WHERE {string.Join(" AND ", table.Key.Select(column => $"{column} = @{column}"))}", gone);
            await session.AddRowsAsync(table.Name, [.. byPartition[partition]]);
            return true;
        }, cancel), cancel);
    }

    /// <summary>Whether somebody has an account in the instance that rows are to be brought to.</summary>
    public async Task<bool> HasAccountsFromAllShardsAsync(CancellationToken cancel) =>
        (await to.ReadFromAllShardsAsync(Cluster.Accounts, session => session.QueryAsync<long>("SELECT id FROM $accounts LIMIT 1"), cancel: cancel)).Count > 0;

    /// <summary>Clients of PostgreSQL servers that were connected before a moment and still are: servers that should have been stopped.</summary>
    public static async Task<long> ClientsSinceBeforeAsync(ShardMap map, DateTimeOffset moment, CancellationToken cancel)
    {
        var clients = 0L;
        foreach (var (database, partitions) in map.Databases)
        {
            clients += await database.ReadAsync(partitions[0], Freshness.Latest, session => session.ScalarAsync<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend' AND backend_start < to_timestamp(@moment / 1000.0)
                """, new { moment }), cancel);
        }
        return clients;
    }

    /// <summary>Removes what the first start of an empty instance leaves: keys, jobs that come round.</summary>
    public async Task EmptyFromAllShardsAsync(CancellationToken cancel)
    {
        foreach (var table in MovedTable.All)
        {
            foreach (var partition in to.Map.PartitionsOf(table.Cluster))
            {
                await partition.WriteAsync(session => session.ExecuteAsync($"DELETE FROM ${table.Name}"), cancel);
            }
        }
    }

    /// <summary>Lets PostgreSQL see what it holds now, which it would look at by itself only some minutes later: until then its plans are guesses.</summary>
    public async Task AnalyzeFromAllShardsAsync(MovedTable table, CancellationToken cancel)
    {
        foreach (var partition in to.Map.PartitionsOf(table.Cluster).Where(partition => partition.Database.Dialect.IsPostgres))
        {
            await partition.Database.WriteAsync(partition, session => session.ExecuteAsync($"ANALYZE ${table.Name}"), cancel);
        }
    }

    /// <summary>What SQLite searches by is a table beside the rows: made anew from them.</summary>
    public Task IndexWordsAsync(CancellationToken cancel) => to.WriteAsync(new Shard(Cluster.Social, 0), async session =>
    {
        foreach (var (words, table, key) in new[]
        {
            ("directory_people_words", "directory_people", "account_id"), ("directory_post_words", "directory_posts", "post_id"), ("directory_place_words", "directory_places", "id"),
        })
        {
            await session.ExecuteAsync($"DELETE FROM ${words}");
            await session.ExecuteAsync($"INSERT INTO ${words} (rowid, words) SELECT {key}, words FROM ${table}");
        }
    }, cancel);

    /// <summary>Partitions of the source that hold rows of a table.</summary>
    public IReadOnlyList<Partition> SourcesFromAllShards(MovedTable table) => from.PartitionsOf(table.Cluster);

    internal static IReadOnlyList<Row> Rows(IReadOnlyList<object> read) => [.. read.Cast<Row>()];

    private Partition PartitionOf(MovedTable table, Row row) => to.Map.PartitionOf(new Shard(table.Cluster, table.ShardOf(row, to)));

    private Task ByPartitionAsync(MovedTable table, IReadOnlyList<Row> rows, Func<Partition, IReadOnlyList<Row>, Task> write, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            rows.GroupBy(row => PartitionOf(table, row)), new ParallelOptions { MaxDegreeOfParallelism = GroupsAtOnce, CancellationToken = cancel },
            async (group, _) => await write(group.Key, [.. group]));
}
