using System.Collections;
using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>Commands on one connection; many of the same go in batches.</summary>
/// <param name="seconds">A statement may take; 0 is for ever.</param>
internal sealed class PostgresCommands(NpgsqlConnection connection, NpgsqlTransaction? transaction, int seconds) : ICommands
{
    // One round trip each; more would only make the server's answer wait in memory.
    private const int BatchSize = 500;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(Statement statement, object? args, int most, CancellationToken cancel)
    {
        await using var command = Make(statement, args);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancel);
        return await Rows.ReadAsync<T>(reader, most, cancel);
    }

    public async Task<int> ExecuteAsync(Statement statement, object? args, CancellationToken cancel)
    {
        await using var command = Make(statement, args);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<int> ExecuteManyAsync(Statement statement, IEnumerable many, CancellationToken cancel)
    {
        var affected = 0;
        foreach (var chunk in many.Cast<object>().Chunk(BatchSize))
        {
            await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = seconds };
            foreach (var args in chunk)
            {
                batch.BatchCommands.Add(InBatch(statement, args));
            }
            affected += await batch.ExecuteNonQueryAsync(cancel);
        }
        return affected;
    }

    public async Task AddRowsAsync(string table, IReadOnlyList<IReadOnlyDictionary<string, object>> rows, CancellationToken cancel)
    {
        var columns = rows[0].Keys.ToArray();
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancel);
            foreach (var column in columns)
            {
                await (row[column] switch
                {
                    null => copy.WriteNullAsync(cancel),
                    long number => copy.WriteAsync(number, NpgsqlDbType.Bigint, cancel),
                    string text => copy.WriteAsync(text, NpgsqlDbType.Text, cancel),
                    byte[] bytes => copy.WriteAsync(bytes, NpgsqlDbType.Bytea, cancel),
                    double real => copy.WriteAsync(real, NpgsqlDbType.Double, cancel),
                    var other => throw new NotSupportedException($"{table}.{column} holds a {other.GetType()}: no column of ours does."),
                });
            }
        }
        await copy.CompleteAsync(cancel);
    }

    public async Task AddRowsAsync(string table, RowBlock rows, CancellationToken cancel)
    {
        var columns = rows.Columns;
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)", cancel);
        for (var row = 0; row < rows.Rows; row++)
        {
            await copy.StartRowAsync(cancel);
            foreach (var column in columns)
            {
                await (column.Values switch
                {
                    long[] numbers => copy.WriteAsync(numbers[row], NpgsqlDbType.Bigint, cancel),
                    string?[] texts => texts[row] is { } text ? copy.WriteAsync(text, NpgsqlDbType.Text, cancel) : copy.WriteNullAsync(cancel),
                    byte[][] bytes => copy.WriteAsync(bytes[row], NpgsqlDbType.Bytea, cancel),
                    _ => column.Same switch
                    {
                        long number => copy.WriteAsync(number, NpgsqlDbType.Bigint, cancel),
                        string text => copy.WriteAsync(text, NpgsqlDbType.Text, cancel),
                        double real => copy.WriteAsync(real, NpgsqlDbType.Double, cancel),
                        var other => throw new NotSupportedException($"{table}.{column.Name} is a {other?.GetType()}: no column of ours is."),
                    },
                });
            }
        }
        await copy.CompleteAsync(cancel);
    }

    public static NpgsqlBatchCommand InBatch(Statement statement, object? args)
    {
        var command = new NpgsqlBatchCommand(statement.Text);
        statement.Bind(static () => new NpgsqlParameter(), command.Parameters, args);
        return command;
    }

    private NpgsqlCommand Make(Statement statement, object? args)
    {
        var command = new NpgsqlCommand(statement.Text, connection, transaction) { CommandTimeout = seconds };
        statement.Bind(static () => new NpgsqlParameter(), command.Parameters, args);
        return command;
    }
}
