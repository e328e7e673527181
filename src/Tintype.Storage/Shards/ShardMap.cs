namespace Tintype.Storage.Shards;

/// <summary>Which partition holds which logical shard, for the three clusters. The number of shards is fixed when an instance is born.</summary>
public sealed class ShardMap : IAsyncDisposable
{
    private readonly Partition[][] partitions;
    private readonly Partition[][] everyOf;
    private readonly Partition[] every;
    private IReadOnlyList<(Dialects.Database Database, IReadOnlyList<Partition> Partitions)> databases;

    /// <param name="shards">Logical shards per cluster, 1 to 8192.</param>
    /// <param name="partitionOf">The partition of a shard; the same object for shards that share one.</param>
    /// <param name="placement">Knows where shards are when they can move.</param>
    public ShardMap(int shards, Func<Shard, Partition> partitionOf, Dialects.Postgres.PostgresPlacement? placement = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, Model.IdLayout.MaxShards);
        Shards = shards;
        partitions = [.. Enum.GetValues<Cluster>().Select(cluster =>
            Enumerable.Range(0, shards).Select(number => partitionOf(new Shard(cluster, number))).ToArray())];
        everyOf = [.. partitions.Select(some => some.Distinct().ToArray())];
        every = [.. partitions.SelectMany(some => some).Distinct()];
        databases = ByDatabase();
        Placement = placement;
    }

    /// <summary>Where shards are and may go; null for embedded instances.</summary>
    public Dialects.Postgres.PostgresPlacement? Placement { get; }

    public int Shards { get; }

    public Partition PartitionOf(Shard shard) => partitions[(int)shard.Cluster][shard.Number];

    /// <summary>Every partition of a cluster once.</summary>
    public IReadOnlyList<Partition> PartitionsOf(Cluster cluster) => everyOf[(int)cluster];

    /// <summary>Every server or file once, with the partitions on it.</summary>
    public IReadOnlyList<(Dialects.Database Database, IReadOnlyList<Partition> Partitions)> Databases
    {
        get
        {
            var known = Volatile.Read(ref databases);
            if (known.Any(one => one.Partitions.Any(partition => partition.Database != one.Database)))
            {
                Volatile.Write(ref databases, known = ByDatabase());
            }
            return known;
        }
    }

    /// <summary>Learns where shards are, before the first is used; tells an empty instance's servers which are theirs.</summary>
    public Task LearnAsync(CancellationToken cancel) => Placement?.LearnAsync(every, cancel) ?? Task.CompletedTask;

    public bool Holds(int shard) => shard < Shards;

    // What cannot be told by then is told later: others read from leaders while they do not hear.
    private static readonly TimeSpan TellingAtMost = TimeSpan.FromMilliseconds(250);

    /// <summary>Completes when other processes have been told how far followers must get to have all that was written here until now.</summary>
    public async Task ToldAsync(CancellationToken cancel)
    {
        var told = Task.WhenAll(Databases.Select(one => one.Database.ToldAsync(cancel)));
        if (!told.IsCompletedSuccessfully)
        {
            await Task.WhenAny(told, Task.Delay(TellingAtMost, cancel));
        }
    }

    /// <summary>Finishes what was being written and closes every database.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var database in Databases.Select(one => one.Database).Concat(Placement?.Servers ?? []).Distinct())
        {
            await database.DisposeAsync();
        }
    }

    private IReadOnlyList<(Dialects.Database, IReadOnlyList<Partition>)> ByDatabase() =>
        [.. every.GroupBy(partition => partition.Database).Select(group => (group.Key, (IReadOnlyList<Partition>)[.. group]))];
}
