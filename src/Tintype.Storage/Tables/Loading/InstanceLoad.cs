using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Loading;

/// <summary>
/// Fills an empty instance with rows by the million: straight into the tables, in the order of their keys, so that every index grows at its
/// end, and in transactions of many rows. Nobody is told and no job is left: whoever loads writes what the jobs would have written.
/// </summary>
public sealed class InstanceLoad(ShardRouter router)
{
    /// <summary>Rows of one transaction: its commit weighs nothing, others still get a turn, and progress is seen.</summary>
    private const int Chunk = 100_000;

    // A server's schemas are filled side by side; one COPY keeps about one of its cores busy.
    private const int PartitionsAtOnce = 4;

    /// <summary>Runs a load; what is written meanwhile is durable when the task completes, and not before.</summary>
    public Task RunAsync(Func<Task> load, CancellationToken cancel = default) =>
        router.Map.Databases.Aggregate(load, (inner, one) => () => one.Database.LoadAsync(one.Partitions[0], inner, cancel))();

    /// <summary>Lets PostgreSQL see what it holds now: until then its plans are guesses.</summary>
    public async Task AnalyzeAsync(CancellationToken cancel = default)
    {
        foreach (var partition in router.Map.Databases.Where(one => one.Database.Dialect.IsPostgres).SelectMany(one => one.Partitions))
        {
            var tables = await partition.ReadAsync(Freshness.Latest, session => session.QueryAsync<string>(
                "SELECT tablename FROM pg_tables WHERE schemaname = @schema", new { schema = partition.Schema.TrimEnd('.') }), cancel);
            await partition.WriteAsync(async session =>
            {
                foreach (var table in tables)
                {
                    await session.ExecuteAsync($"ANALYZE ${table}");
                }
                return true;
            }, cancel);
        }
    }

    /// <summary>Writes things where their shards are, in the order in which they are given, a chunk in a transaction.</summary>
    /// <param name="write">Writes some of them; is run again should its transaction fail.</param>
    internal async Task EachAsync<TThing>(IEnumerable<TThing> things, Func<TThing, Shard> shardOf, Func<ShardSession, TThing[], Task> write, Action<int>? progress, CancellationToken cancel, int chunkOf = Chunk) =>
        await Parallel.ForEachAsync(
            things.GroupBy(thing => router.Map.PartitionOf(shardOf(thing))), new ParallelOptions { MaxDegreeOfParallelism = PartitionsAtOnce, CancellationToken = cancel },
            async (group, stop) =>
            {
                foreach (var chunk in group.Chunk(chunkOf))
                {
                    await group.Key.WriteAsync(async session => { await write(session, chunk); return true; }, stop);
                    progress?.Invoke(chunk.Length);
                }
            });
}
