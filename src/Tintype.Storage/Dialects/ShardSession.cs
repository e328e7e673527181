using System.Collections;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects;

/// <summary>
/// A connection on one partition, inside a transaction when writing. SQL names tables as <c>$posts</c>: the session puts the partition's
/// schema in front. Parameters are the members of an object, or the entries of a dictionary; <c>IN @ids</c> takes a list.
/// </summary>
public sealed class ShardSession
{
    private readonly Partition partition;
    private readonly SqlDialect dialect;
    private readonly ICommands commands;
    private readonly CancellationToken cancel;
    private List<Action>? afterCommit;
    private bool ended;

    internal ShardSession(Partition partition, SqlDialect dialect, ICommands commands, CancellationToken cancel)
    {
        this.partition = partition;
        this.dialect = dialect;
        this.commands = commands;
        this.cancel = cancel;
    }

    public SqlDialect Dialect => dialect;
    public Partition Partition => partition;

    /// <param name="args">The parameters, or a list of such: then the statement runs for each, in as few round trips as can be.</param>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, object? args = null)
    {
        var statement = Place(sql);
        var written = args is IEnumerable many and not IReadOnlyDictionary<string, object>
            ? await commands.ExecuteManyAsync(statement, many, cancel)
            : await commands.ExecuteAsync(statement, args, cancel);
        StatementFigures.Of(partition.Cluster).Wrote(written);
        return written;
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => QueryAsync<T>(sql, args, int.MaxValue);

    /// <summary>The first row, or default when there is none.</summary>
    public async Task<T?> FirstOrDefaultAsync<T>(string sql, object? args = null) =>
        await QueryAsync<T>(sql, args, most: 1) is [var first] ? first : default;

    /// <summary>The first column of the first row, or default when there is none or it is null.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? args = null) => FirstOrDefaultAsync<T>(sql, args);

    /// <summary>The same, counted as a look: what workers ask again and again whether there is work or not.</summary>
    internal Task<IReadOnlyList<T>> LookAsync<T>(string sql, object? args)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        StatementFigures.Of(partition.Cluster).Looked();
        return commands.QueryAsync<T>(Statement.Of(dialect, partition.Schema, sql), args, int.MaxValue, cancel);
    }

    /// <summary>Adds whole rows, columns by name, as fast as the engine can: COPY on PostgreSQL.</summary>
    /// <param name="table">Without its schema.</param>
    public Task AddRowsAsync(string table, IReadOnlyList<IReadOnlyDictionary<string, object>> rows)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        StatementFigures.Of(partition.Cluster).Wrote(rows.Count);
        return rows.Count == 0 ? Task.CompletedTask : commands.AddRowsAsync(partition.Schema + table, rows, cancel);
    }

    /// <inheritdoc cref="AddRowsAsync(string, IReadOnlyList{IReadOnlyDictionary{string, object}})"/>
    public Task AddRowsAsync(string table, RowBlock rows)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        return rows.Rows == 0 ? Task.CompletedTask : commands.AddRowsAsync(partition.Schema + table, rows, cancel);
    }

    /// <summary>Runs <paramref name="action"/> once what this transaction wrote can be seen; never when it rolls back.</summary>
    public void AfterCommit(Action action) => (afterCommit ??= []).Add(action);

    internal void Committed() => afterCommit?.ForEach(action => action());

    /// <summary>From here on the connection is somebody else's: work that was not awaited fails instead of writing into their transaction.</summary>
    internal void End() => ended = true;

    private Statement Place(string sql)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        var statement = Statement.Of(dialect, partition.Schema, sql);
        StatementFigures.Of(partition.Cluster).Sent(statement);
        return statement;
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, int most)
    {
        var statement = Place(sql);
        var rows = await commands.QueryAsync<T>(statement, args, most, cancel);
        if (statement.Writes)
        {
            StatementFigures.Of(partition.Cluster).Wrote(rows.Count);
        }
        return rows;
    }
}
