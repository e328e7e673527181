using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using Microsoft.Data.Sqlite;
using Prometheus;
using SQLitePCL;

namespace Tintype.Storage.Dialects.Sqlite;

/// <summary>An open connection and its prepared statements: preparing costs more than a point read.</summary>
internal sealed class SqliteSessionConnection(SqliteConnection connection) : ICommands, IDisposable
{
    // Ten times the number of our texts; past it something makes texts of values, and memory must still be bounded.
    private const int MaxPrepared = 2_000;

    private readonly Dictionary<string, SqliteCommand> prepared = [];

    public SqliteConnection Connection => connection;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(Statement statement, object? args, int most, CancellationToken cancel)
    {
        await using var reader = await Ready(statement, args).ExecuteReaderAsync(CommandBehavior.SingleResult, cancel);
        return await Rows.ReadAsync<T>(reader, most, cancel);
    }

    public Task<int> ExecuteAsync(Statement statement, object? args, CancellationToken cancel) => Ready(statement, args).ExecuteNonQueryAsync(cancel);

    /// <summary>For the thread that does nothing else.</summary>
    public int Execute(Statement statement) => Ready(statement, null).ExecuteNonQuery();

    public async Task<int> ExecuteManyAsync(Statement statement, IEnumerable many, CancellationToken cancel)
    {
        var affected = 0;
        foreach (var args in many)
        {
            affected += await ExecuteAsync(statement, args, cancel);
        }
        return affected;
    }

    public Task AddRowsAsync(string table, IReadOnlyList<IReadOnlyDictionary<string, object>> rows, CancellationToken cancel)
    {
        var columns = rows[0].Keys.ToArray();
        return ExecuteManyAsync(Statement.Of(
            SqlDialect.Sqlite, "", $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})"), rows, cancel);
    }

    public Task AddRowsAsync(string table, RowBlock rows, CancellationToken cancel)
    {
        SqliteBlock.Insert(connection.Handle!, table, rows);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    private SqliteCommand Ready(Statement statement, object? args)
    {
        if (!prepared.TryGetValue(statement.Text, out var command))
        {
            if (prepared.Count == MaxPrepared)
            {
                Forget();
            }
            prepared[statement.Text] = command = connection.CreateCommand();
            command.CommandText = statement.Text;
        }
        statement.Bind(command.CreateParameter, command.Parameters, args);
        return command;
    }

    private void Forget()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }
        prepared.Clear();
    }
}

/// <summary>Opens connections to one file, and keeps those that read for the next reader.</summary>
internal sealed class SqliteConnections(string file, TimeSpan statementTimeout) : IDisposable
{
    public const string Durable = "PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; PRAGMA wal_autocheckpoint=4000";

    /// <summary>For filling an empty file: no waiting for the disk, and a log long enough that a page goes to its place once.</summary>
    public const string Loading = "PRAGMA synchronous=OFF; PRAGMA cache_size=-256000; PRAGMA wal_autocheckpoint=64000";

    /// <summary>Readers kept for the next: as many as read side by side on all cores, and some. Each keeps pages of its own.</summary>
    public static readonly int MostIdle = Math.Max(8, 4 * Environment.ProcessorCount);

    private static readonly Gauge Bytes = Metrics.CreateGauge("tintype_sqlite_bytes", "Bytes that SQLite holds: pages that connections keep, and statements.");

    private readonly ConcurrentBag<SqliteSessionConnection> idle = [];
    private int idleCount;
    private bool disposed;

    static SqliteConnections() => Metrics.DefaultRegistry.AddBeforeCollectCallback(() => Bytes.Set(raw.sqlite3_memory_used()));

    /// <summary>Readers that wait for work.</summary>
    public int Idle => Volatile.Read(ref idleCount);

    public SqliteSessionConnection OpenWriter() =>
        Open($"PRAGMA journal_mode=WAL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=1; {Durable}");

    /// <summary>
    /// Waits until all that was committed is on the disk, also what was committed without waiting for it: first the log, then, once its pages have
    /// gone to their places, the file.
    /// </summary>
    public void FlushAll()
    {
        Flush(file + "-wal");
        using (var writer = OpenWriter())
        {
            writer.Execute(Statement.Of(SqlDialect.Sqlite, "", "PRAGMA wal_checkpoint(TRUNCATE)"));
        }
        Flush(file);
    }

    public SqliteSessionConnection TakeReader()
    {
        if (idle.TryTake(out var reader))
        {
            Interlocked.Decrement(ref idleCount);
            return reader;
        }
        return Open("PRAGMA query_only=1; PRAGMA busy_timeout=5000; PRAGMA cache_size=-16000");
    }

    /// <summary>Kept for the next reader, unless enough are: a rush must not leave its connections behind.</summary>
    public void GiveBack(SqliteSessionConnection reader)
    {
        if (disposed)
        {
            reader.Dispose();
        }
        else if (Interlocked.Increment(ref idleCount) > MostIdle)
        {
            Interlocked.Decrement(ref idleCount);
            reader.Dispose();
        }
        else
        {
            idle.Add(reader);
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private static void Flush(string path)
    {
        if (File.Exists(path))
        {
            using var bytes = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(bytes);
        }
    }

    private SqliteSessionConnection Open(string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file, Pooling = false, DefaultTimeout = (int)statementTimeout.TotalSeconds,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = settings;
        command.ExecuteNonQuery();
        return new SqliteSessionConnection(connection);
    }
}
