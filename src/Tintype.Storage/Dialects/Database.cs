using System.Data.Common;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects;

/// <summary>How fresh a read must be.</summary>
public enum Freshness
{
    /// <summary>A follower will do, if it is not too far behind.</summary>
    Any,
    /// <summary>All that was acknowledged: the leader.</summary>
    Latest,
}

/// <summary>One database server (or file): its transactions, its reads, and the few words in which its SQL differs.</summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>For logs and /healthz/ready; without secrets.</summary>
    public abstract string Name { get; }

    public abstract SqlDialect Dialect { get; }

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction, alone on its partition: what it reads stays true until it commits. Durable when
    /// the task completes. The work may run again after a rollback, and may await its session only.
    /// </summary>
    /// <exception cref="DbException">The statement failed; nothing of the work is kept.</exception>
    /// <exception cref="OutcomeUnknownException">The server was lost while it committed.</exception>
    public abstract Task<T> WriteAsync<T>(Partition partition, Func<ShardSession, Task<T>> work, CancellationToken cancel);

    /// <summary>Runs reads on one connection, outside a transaction.</summary>
    public abstract Task<T> ReadAsync<T>(Partition partition, Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel);

    /// <summary>Runs the same reads on many partitions, asking the server once for all of them where it can.</summary>
    public virtual Task<T[]> ReadManyAsync<T>(IReadOnlyList<Partition> partitions, Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel) =>
        Task.WhenAll(partitions.Select(partition => ReadAsync(partition, freshness, work, cancel)));

    /// <summary>Runs a statement over many schemas, which names them itself; planned once, where planning it costs.</summary>
    public virtual Task<T> OverSchemasAsync<T>(Partition any, Func<ShardSession, Task<T>> work, CancellationToken cancel) => ReadAsync(any, Freshness.Latest, work, cancel);

    /// <summary>Runs a SELECT with the list <c>@here</c> on many partitions: together, where that can be.</summary>
    /// <param name="all">Those here of one cluster.</param>
    /// <param name="here">The list of each that is asked.</param>
    /// <param name="args">All other parameters.</param>
    public virtual async Task<IReadOnlyList<T>> ReadTogetherAsync<T>(
        IReadOnlyList<Partition> all, IReadOnlyDictionary<Partition, long[]> here, string sql, IReadOnlyDictionary<string, object> args, CancellationToken cancel)
    {
        var parts = await Task.WhenAll(all.Where(here.ContainsKey).Select(partition =>
            ReadAsync(partition, Freshness.Latest, session => session.QueryAsync<T>(sql, new Dictionary<string, object>(args) { ["here"] = here[partition] }), cancel)));
        return [.. parts.SelectMany(rows => rows)];
    }

    /// <summary>
    /// Runs a load of many rows into an instance that is empty: what is written meanwhile, by whomever, is durable once the task completes and
    /// not before.
    /// </summary>
    public virtual Task LoadAsync(Partition any, Func<Task> load, CancellationToken cancel) => load();

    /// <summary>Completes when it has answered something, without standing in line behind those who read: how busy it is is another question.</summary>
    public virtual Task AnswersAsync(Partition any, CancellationToken cancel) =>
        ReadAsync(any, Freshness.Any, session => session.ScalarAsync<long>("SELECT 1"), cancel);

    /// <summary>Completes when other processes have been told of all that this one has written until now.</summary>
    public virtual Task ToldAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Runs <paramref name="work"/> on some partitions, each in a transaction of its own, alone among all processes: migrations.</summary>
    /// <param name="partitions">Asked once nobody else can change the answer.</param>
    public abstract Task UnderLockAsync(Func<Task<IReadOnlyList<Partition>>> partitions, Func<ShardSession, Task> work, CancellationToken cancel);

    /// <summary>Whether <paramref name="error"/> says that a key was there already.</summary>
    public abstract bool IsUniqueViolation(Exception error);

    public abstract ValueTask DisposeAsync();
}

/// <summary>The words in which SQLite and PostgreSQL differ; everything else is one text.</summary>
/// <param name="Name">sqlite or postgres: picks the marked lines of migrations.</param>
/// <param name="SkipLocked">After a SELECT that claims rows, so that claimers pass each other.</param>
public sealed record SqlDialect(string Name, string SkipLocked)
{
    public static readonly SqlDialect Sqlite = new("sqlite", "");
    public static readonly SqlDialect Postgres = new("postgres", "FOR UPDATE SKIP LOCKED");

    public bool IsPostgres => ReferenceEquals(this, Postgres);

    /// <summary>Membership in a list that is one parameter: an array, or a JSON array.</summary>
    internal string In(bool not, string name) => IsPostgres
        ? not ? $"<> ALL(@{name})" : $"= ANY(@{name})"
        : $"{(not ? "NOT " : "")}IN (SELECT value FROM json_each(@{name}))";
}

/// <summary>The connection broke while a transaction committed: it is durable or it never was, and only reading can tell.</summary>
public sealed class OutcomeUnknownException(string database, Exception inner)
    : Exception($"{database} was lost while it committed: the write may or may not have happened.", inner);

/// <summary>
/// The server, or its leader, has not been there for a while: requests for it fail at once instead of piling up, until it is back. Or it is there
/// and none of its connections came free in time.
/// </summary>
public sealed class DatabaseRestsException(string database, Exception? inner)
    : DbException($"{database} does not answer; it will be asked again in a moment.{(inner is null ? "" : $" ({inner.Message})")}", inner);

/// <summary>The server does not have this shard, or not any more: the map knows where to look.</summary>
public sealed class ShardNotHereException(string database, DbException inner)
    : DbException($"{database} does not have it: {inner.Message}", inner);
