using System.Diagnostics;
using System.Threading.Channels;
using Prometheus;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Sqlite;

/// <summary>The one thread that writes to a file: it commits everything that waits, at once.</summary>
/// <remarks>
/// <para>synchronous=FULL makes each COMMIT wait for the disk (hundreds per second). The writer therefore opens one transaction, runs
/// every waiting piece of work in its own SAVEPOINT, commits once, and only then completes them all: each is as durable as if it
/// had been alone, and a failing one rolls back to its savepoint without harming its neighbours.</para>
/// <para>Some failures (disk full, I/O) make SQLite roll back the whole transaction. Then nothing of the group is kept and each
/// piece runs again by itself, so that only the one that cannot be done fails.</para>
/// <para>Source of the idea: group commit of every journalled database; DeWitt et al., 1984. Departure: no timer. While one COMMIT
/// waits for the disk, the next group gathers by itself.</para>
/// </remarks>
internal sealed class GroupCommit(SqliteConnections connections, ChannelReader<Work> queue, string name)
{
    // Bounds how long the first of a group waits for the last.
    private const int MaxGroup = 256;

    private static readonly Histogram Sizes = Metrics.CreateHistogram("tintype_sqlite_group_size", "Transactions committed together.", ["file"],
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 9) });
    private static readonly Histogram Seconds = Metrics.CreateHistogram("tintype_sqlite_group_seconds", "From BEGIN to the disk's answer.", ["file"],
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 14) });

    private readonly Histogram.Child sizes = Sizes.WithLabels(name);
    private readonly Histogram.Child seconds = Seconds.WithLabels(name);
    private SqliteSessionConnection writer = connections.OpenWriter();
    private bool waitsForDisk = true;
    private bool waiting = true;

    /// <summary>False while an empty instance is filled: COMMIT then leaves it to the system when its pages reach the disk.</summary>
    public bool WaitsForDisk { get => Volatile.Read(ref waitsForDisk); set => Volatile.Write(ref waitsForDisk, value); }

    public void Run()
    {
        var group = new List<Work>(MaxGroup);
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < MaxGroup && queue.TryRead(out var work))
            {
                group.Add(work);
            }
            CommitTogether(group);
            group.Clear();
        }
        writer.Dispose();
    }

    private void CommitTogether(List<Work> group)
    {
        var began = Stopwatch.GetTimestamp();
        var running = group[0];
        try
        {
            ObeyDurability();
            Execute("BEGIN IMMEDIATE");
            foreach (var work in group)
            {
                running = work;
                Execute("SAVEPOINT one");
                if (!work.Run(writer))
                {
                    Execute("ROLLBACK TO one");
                }
                Execute("RELEASE one");
            }
            Execute("COMMIT");
        }
        catch (Exception error)
        {
            Abandon();
            if (group.Count == 1)
            {
                running.Fail(error);
            }
            else
            {
                group.ForEach(work => CommitTogether([work]));
            }
            return;
        }
        sizes.Observe(group.Count);
        seconds.Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
        group.ForEach(work => work.Complete());
    }

    /// <summary>Leaves no transaction behind, whatever state the connection is in.</summary>
    private void Abandon()
    {
        try
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(writer.Connection.Handle!) == 0)
            {
                Execute("ROLLBACK");
            }
        }
        catch (Exception)
        {
            // A connection that cannot even roll back is of no more use; closing it rolls back.
            writer.Dispose();
            writer = connections.OpenWriter();
            waiting = true;
        }
    }

    private void ObeyDurability()
    {
        if (waiting != WaitsForDisk)
        {
            waiting = !waiting;
            // By a command of its own: SQLite obeys this one when it is prepared, not when it runs.
            using var command = writer.Connection.CreateCommand();
            command.CommandText = waiting ? SqliteConnections.Durable : SqliteConnections.Loading;
            command.ExecuteNonQuery();
        }
    }

    private void Execute(string sql) => writer.Execute(Statement.Of(SqlDialect.Sqlite, "", sql));
}

/// <summary>One transaction that waits for its group.</summary>
internal abstract class Work
{
    /// <returns>False when the work threw: its statements are to be undone.</returns>
    public abstract bool Run(SqliteSessionConnection writer);

    /// <summary>Tells the caller how it ended, now that it is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was kept.</summary>
    public abstract void Fail(Exception error);
}

internal sealed class Work<T>(Partition partition, Func<ShardSession, Task<T>> work, CancellationToken cancel) : Work
{
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? value;
    private Exception? thrown;

    public Task<T> Outcome => outcome.Task;

    /// <summary>Of the last run.</summary>
    public ShardSession? Session { get; private set; }

    public override bool Run(SqliteSessionConnection writer)
    {
        Session = new ShardSession(partition, SqlDialect.Sqlite, writer, CancellationToken.None);
        thrown = null;
        try
        {
            cancel.ThrowIfCancellationRequested();
            var task = work(Session);
            value = task.IsCompleted
                ? task.GetAwaiter().GetResult()
                : throw new InvalidOperationException("A transaction may await its session only: everybody's writes wait for it.");
            return true;
        }
        catch (Exception failure)
        {
            thrown = failure;
            return false;
        }
        finally
        {
            Session.End();
        }
    }

    public override void Complete()
    {
        if (thrown is null)
        {
            outcome.SetResult(value!);
        }
        else
        {
            outcome.SetException(thrown);
        }
    }

    // What the work threw says more than what its group then died of.
    public override void Fail(Exception error) => outcome.TrySetException(thrown ?? error);
}
