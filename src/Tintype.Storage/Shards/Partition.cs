using Tintype.Storage.Dialects;

namespace Tintype.Storage.Shards;

/// <summary>
/// Where rows can be reached by one statement: a whole SQLite file (all shards of a cluster), or one schema of a PostgreSQL server. A
/// schema may move to another server; whoever reads or writes then waits, and goes on there.
/// </summary>
/// <param name="schema">What a table name is prefixed with: empty, or "content_012.".</param>
/// <param name="shards">The logical shards that live here.</param>
public sealed class Partition(Cluster cluster, Database database, string schema, IReadOnlyList<int> shards)
{
    private Database here = database;

    public Cluster Cluster => cluster;
    public string Schema => schema;
    public IReadOnlyList<int> Shards => shards;

    /// <summary>Where it is, as far as this process knows.</summary>
    public Database Database => Volatile.Read(ref here);

    /// <summary>Asks whether it has moved away from where it was not found; waits while it is on its way. Null where nothing moves.</summary>
    internal Func<Partition, Database, CancellationToken, Task<bool>>? Follow { get; init; }

    /// <inheritdoc cref="Database.WriteAsync"/>
    public Task<T> WriteAsync<T>(Func<ShardSession, Task<T>> work, CancellationToken cancel = default) =>
        WhereverAsync(database => database.WriteAsync(this, work, cancel), cancel);

    /// <inheritdoc cref="Database.ReadAsync"/>
    public Task<T> ReadAsync<T>(Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel = default) =>
        WhereverAsync(database => database.ReadAsync(this, freshness, work, cancel), cancel);

    /// <returns>False when it is where it was looked for: what was not found there does not exist.</returns>
    internal async Task<bool> HasMovedAsync(Database from, CancellationToken cancel) =>
        Database != from || Follow is not null && await Follow(this, from, cancel);

    internal void MoveTo(Database database) => Volatile.Write(ref here, database);

    private async Task<T> WhereverAsync<T>(Func<Database, Task<T>> work, CancellationToken cancel)
    {
        while (true)
        {
            var from = Database;
            try
            {
                return await work(from);
            }
            catch (ShardNotHereException)
            {
                if (!await HasMovedAsync(from, cancel))
                {
                    throw;
                }
            }
        }
    }
}
