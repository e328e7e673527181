using System.Collections;

namespace Tintype.Storage.Dialects;

/// <summary>How a session's statements reach the database: kept prepared (SQLite), made each time (PostgreSQL), or many sessions' together.</summary>
internal interface ICommands
{
    /// <param name="most">Rows read at most.</param>
    Task<IReadOnlyList<T>> QueryAsync<T>(Statement statement, object? args, int most, CancellationToken cancel);

    /// <returns>Rows affected.</returns>
    Task<int> ExecuteAsync(Statement statement, object? args, CancellationToken cancel);

    /// <summary>Runs a statement for each of many arguments.</summary>
    /// <returns>Rows affected in all.</returns>
    Task<int> ExecuteManyAsync(Statement statement, IEnumerable many, CancellationToken cancel);

    /// <summary>Adds whole rows, as fast as the engine can.</summary>
    /// <param name="table">With its schema.</param>
    Task AddRowsAsync(string table, IReadOnlyList<IReadOnlyDictionary<string, object>> rows, CancellationToken cancel);

    /// <inheritdoc cref="AddRowsAsync(string, IReadOnlyList{IReadOnlyDictionary{string, object}}, CancellationToken)"/>
    Task AddRowsAsync(string table, RowBlock rows, CancellationToken cancel);
}
