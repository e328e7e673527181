using System.Collections.Concurrent;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// The transactional outbox: one in every partition, so a job is durable exactly when the rows it tells of are. A claim is a lease: a
/// worker that dies lets it lapse, and the job runs again.
/// </summary>
public sealed class OutboxTable(TimeProvider time, IdGenerator ids, JobSignal signal)
{
    private const string Due = "lane = @lane AND state = 0 AND run_at <= @now AND leased_until < @now";
    private const string Columns = "id, kind, lane, payload, state, attempts, created_at, run_at, leased_until, last_error";

    private readonly ConcurrentDictionary<IReadOnlyList<Partition>, string> dueTexts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds jobs inside the caller's transaction. They wake the worker of this process as soon as it commits, or soon after.</summary>
    /// <param name="shard">The logical shard the job's rows are on: its id carries it.</param>
    public async Task AddAsync(ShardSession session, int shard, params IReadOnlyList<OutboxMessage> messages)
    {
        var now = time.GetUtcNow();
        foreach (var message in messages)
        {
            await session.ExecuteAsync(
                "INSERT INTO $outbox (id, kind, lane, payload, state, attempts, created_at, run_at, leased_until) VALUES (@id, @Kind, @Lane, @Payload, 0, 0, @now, @runAt, 0)",
                new { id = ids.Next<OutboxRow>(shard), message.Kind, message.Lane, message.Payload, now, runAt = now + message.Delay });
            session.AfterCommit(() => signal.Raise(message.Lane));
        }
    }

    /// <summary>Adds a job whose id says what it is for, unless it is there already: one for each hour, however many processes ask.</summary>
    /// <param name="runAt">Not before.</param>
    public Task AddOnceAsync(ShardSession session, JobId id, OutboxMessage message, DateTimeOffset runAt) =>
        session.ExecuteAsync(
            """
            INSERT INTO $outbox (id, kind, lane, payload, state, attempts, created_at, run_at, leased_until)
            VALUES (@id, @Kind, @Lane, @Payload, 0, 0, @now, @runAt, 0) ON CONFLICT (id) DO NOTHING
            """, new { id, message.Kind, message.Lane, message.Payload, now = time.GetUtcNow(), runAt });

    /// <summary>The partitions of a database where a lane has due jobs: one query, however many there are.</summary>
    public async Task<IReadOnlyList<Partition>> DueAsync(Database database, IReadOnlyList<Partition> partitions, Lane lane, CancellationToken cancel)
    {
        IReadOnlyList<int> places;
        try
        {
            places = await database.OverSchemasAsync(partitions[0], session => session.LookAsync<int>(
                dueTexts.GetOrAdd(partitions, static all => string.Join(" UNION ALL ", all.Select((partition, place) =>
                    $"SELECT {place} WHERE EXISTS (SELECT 1 FROM {partition.Schema}outbox WHERE {Due})"))),
                new { lane, now = time.GetUtcNow() }), cancel);
        }
        catch (ShardNotHereException)
        {
            var moved = await Task.WhenAll(partitions.Select(partition => partition.HasMovedAsync(database, cancel)));
            if (!moved.Contains(true))
            {
                throw;
            }
            return []; // The next look knows where it is now.
        }
        return [.. places.Select(place => partitions[place])];
    }

    /// <summary>Leases up to <paramref name="limit"/> due jobs of a lane to the caller, longest due first.</summary>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(Partition partition, Lane lane, int limit, TimeSpan lease, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var claimed = await partition.WriteAsync(session => session.QueryAsync<OutboxRow>(
            $"""
            UPDATE $outbox SET leased_until = @until, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM $outbox WHERE {Due} ORDER BY run_at LIMIT @limit {session.Dialect.SkipLocked})
            RETURNING {Columns}
            """, new { lane, now, until = now + lease, limit }), cancel);
        return [.. claimed.OrderBy(row => row.RunAt)];
    }

    public Task CompleteAsync(Partition partition, JobId id, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync("DELETE FROM $outbox WHERE id = @id", new { id }), cancel);

    /// <summary>Gives a failed job back, to be run after <paramref name="delay"/>; the reason is kept.</summary>
    public Task RetryLaterAsync(Partition partition, JobId id, string error, TimeSpan delay, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET leased_until = 0, run_at = @runAt, last_error = @error WHERE id = @id",
            new { id, error, runAt = time.GetUtcNow() + delay }), cancel);

    /// <summary>Gives a job back that could not even be tried, to be run after <paramref name="delay"/>; this attempt does not count.</summary>
    public Task PostponeAsync(Partition partition, JobId id, string reason, TimeSpan delay, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET leased_until = 0, attempts = attempts - 1, run_at = @runAt, last_error = @reason WHERE id = @id",
            new { id, reason, runAt = time.GetUtcNow() + delay }), cancel);

    /// <summary>Gives an unfinished job back untouched: the worker is stopping.</summary>
    public Task ReleaseAsync(Partition partition, JobId id, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET leased_until = 0, attempts = attempts - 1 WHERE id = @id", new { id }), cancel);

    /// <summary>Extends the lease of a job that is still at work.</summary>
    public Task ExtendAsync(Partition partition, JobId id, TimeSpan lease, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET leased_until = @until WHERE id = @id", new { id, until = time.GetUtcNow() + lease }), cancel);

    /// <summary>Puts a job aside for a person to look at.</summary>
    public Task BuryAsync(Partition partition, JobId id, string error, CancellationToken cancel) =>
        partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET state = 1, leased_until = 0, last_error = @error WHERE id = @id", new { id, error }), cancel);

    /// <summary>The dead jobs of a partition, newest first.</summary>
    public Task<IReadOnlyList<OutboxRow>> DeadAsync(Partition partition, int limit, CancellationToken cancel = default) =>
        partition.ReadAsync(Freshness.Latest, session => session.QueryAsync<OutboxRow>(
            $"SELECT {Columns} FROM $outbox WHERE state = 1 ORDER BY id DESC LIMIT @limit", new { limit }), cancel);

    /// <summary>Gives a dead job a fresh start.</summary>
    /// <returns>False when there is no such dead job.</returns>
    public async Task<bool> ReviveAsync(Partition partition, JobId id, CancellationToken cancel = default) =>
        await partition.WriteAsync(session => session.ExecuteAsync(
            "UPDATE $outbox SET state = 0, attempts = 0, leased_until = 0, run_at = @now WHERE id = @id AND state = 1",
            new { id, now = time.GetUtcNow() }), cancel) > 0;

    /// <summary>Drops a dead job for good.</summary>
    /// <returns>False when there is no such dead job.</returns>
    public async Task<bool> DiscardAsync(Partition partition, JobId id, CancellationToken cancel = default) =>
        await partition.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM $outbox WHERE id = @id AND state = 1", new { id }), cancel) > 0;

    /// <summary>Jobs per kind, lane and state in a partition.</summary>
    public Task<IReadOnlyList<OutboxCount>> CountAsync(Partition partition, CancellationToken cancel = default) =>
        partition.ReadAsync(Freshness.Latest, session => session.QueryAsync<OutboxCount>(
            "SELECT kind, lane, state, count(*) AS jobs, min(run_at) AS oldest FROM $outbox GROUP BY kind, lane, state"), cancel);
}

/// <param name="Oldest">When the one that waits longest became due.</param>
public sealed record OutboxCount
{
    public string Kind { get; init; } = "";
    public Lane Lane { get; init; }
    public OutboxState State { get; init; }
    public long Jobs { get; init; }
    public DateTimeOffset Oldest { get; init; }
}
