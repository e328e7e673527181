using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Tintype.Storage.Dialects.Sqlite;

/// <summary>
/// Inserts a block by SQLite's own calls: bind what changes, step, reset. A million rows of two numbers take a second this way, three through
/// a command with parameters.
/// </summary>
internal static class SqliteBlock
{
    /// <exception cref="SqliteException">A row was refused; the caller's transaction undoes those before it.</exception>
    public static void Insert(sqlite3 connection, string table, RowBlock block)
    {
        var columns = block.Columns;
        var sql = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})";
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection, sql, out var statement), connection);
        using (statement)
        {
            for (var place = 1; place <= columns.Count; place++)
            {
                Bind(statement, place, columns[place - 1].Same);
            }
            for (var row = 0; row < block.Rows; row++)
            {
                for (var place = 1; place <= columns.Count; place++)
                {
                    Bind(statement, place, columns[place - 1].Values, row);
                }
                if (raw.sqlite3_step(statement) is not raw.SQLITE_DONE and var code)
                {
                    SqliteException.ThrowExceptionForRC(code, connection);
                }
                raw.sqlite3_reset(statement);
            }
        }
    }

    /// <summary>What a statement was bound to stays when it is reset.</summary>
    private static void Bind(sqlite3_stmt statement, int place, object? same) => _ = same switch
    {
        long number => raw.sqlite3_bind_int64(statement, place, number),
        string text => raw.sqlite3_bind_text(statement, place, text),
        double real => raw.sqlite3_bind_double(statement, place, real),
        _ => raw.sqlite3_bind_null(statement, place),
    };

    private static void Bind(sqlite3_stmt statement, int place, Array? values, int row) => _ = values switch
    {
        long[] numbers => raw.sqlite3_bind_int64(statement, place, numbers[row]),
        string?[] texts => texts[row] is { } text ? raw.sqlite3_bind_text(statement, place, text) : raw.sqlite3_bind_null(statement, place),
        byte[][] bytes => raw.sqlite3_bind_blob(statement, place, bytes[row]),
        _ => raw.SQLITE_OK,
    };
}
