using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Sqlite;

/// <summary>
/// A cluster in one file. Readers run side by side (WAL); writers queue for one thread that commits many transactions at once
/// (<see cref="GroupCommit"/>).
/// </summary>
public sealed class SqliteDatabase : Database
{
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(30);

    private readonly string file;
    private readonly SqliteConnections connections;
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(8192) { SingleReader = true });
    private readonly Thread writer;
    private readonly GroupCommit group;

    /// <param name="file">Made when missing; its folder must exist.</param>
    public SqliteDatabase(string file)
    {
        this.file = file;
        connections = new SqliteConnections(file, StatementTimeout);
        group = new GroupCommit(connections, queue.Reader, Path.GetFileNameWithoutExtension(file));
        writer = new Thread(group.Run) { IsBackground = true, Name = $"sqlite {Path.GetFileName(file)}" };
        writer.Start();
    }

    public override string Name => file;

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    public override async Task<T> WriteAsync<T>(Partition partition, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        var item = new Work<T>(partition, work, cancel);
        await queue.Writer.WriteAsync(item, cancel);
        var value = await item.Outcome;
        item.Session!.Committed();
        return value;
    }

    public override async Task<T> ReadAsync<T>(Partition partition, Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        var reader = connections.TakeReader();
        var session = new ShardSession(partition, Dialect, reader, cancel);
        try
        {
            return await work(session);
        }
        finally
        {
            session.End();
            connections.GiveBack(reader);
        }
    }

    public override async Task UnderLockAsync(Func<Task<IReadOnlyList<Partition>>> partitions, Func<ShardSession, Task> work, CancellationToken cancel)
    {
        foreach (var partition in await partitions())
        {
            await WriteAsync(partition, async session => { await work(session); return true; }, cancel);
        }
    }

    public override async Task LoadAsync(Partition any, Func<Task> load, CancellationToken cancel)
    {
        group.WaitsForDisk = false;
        try
        {
            await load();
        }
        finally
        {
            group.WaitsForDisk = true;
        }
        // Behind whatever still commits without waiting.
        await WriteAsync(any, _ => Task.FromResult(true), cancel);
        await Task.Run(connections.FlushAll, cancel);
    }

    public override bool IsUniqueViolation(Exception error) =>
        error is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>Finishes what is queued, then closes the file.</summary>
    public override async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await queue.Reader.Completion;
        writer.Join();
        connections.Dispose();
    }
}
