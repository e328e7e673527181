using System.Collections.Concurrent;
using Npgsql;
using Prometheus;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// A PostgreSQL server, or a leader and its followers when the connection string names several hosts. Each logical shard is a schema.
/// </summary>
/// <remarks>
/// Writes to one shard run one after the other, as they do in SQLite: a transaction first takes the shard's advisory lock. So what a
/// transaction has read stays true until it commits, without serialization failures, and two never deadlock, since none holds two
/// locks. What it costs is docs/storage.md's to say. In this process the shard's turn is waited for before a connection is taken,
/// so a busy shard cannot use up the pool that its neighbours need.
/// </remarks>
public sealed class PostgresDatabase : Database
{
    // "tint": the first half of our advisory locks' keys, so that we never meet another program's. The cluster is added to it.
    private const int LockSpace = 0x74696e74;

    // More schemas at once would only wait for the server's cores.
    private const int MigrationsAtOnce = 4;
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(1);
    private static readonly Counter Retries = Metrics.CreateCounter("tintype_postgres_retries_total", "Transactions and reads tried again.", "server");
    private static readonly Counter Reads = Metrics.CreateCounter("tintype_postgres_reads_total", "Reads by where they were answered.", "server", "by");

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new();
    // The last of each text: it is tens of kilobytes, and another one only when shards have moved.
    private readonly ConcurrentDictionary<string, SchemaUnion> unions = new();
    private readonly PostgresOptions options;
    private readonly PostgresHosts hosts;
    private readonly KnownWrites known = new();
    private readonly Counter.Child retries;
    private readonly Counter.Child fromLeader;
    private readonly Counter.Child fromFollower;

    public PostgresDatabase(DatabaseServer server, PostgresOptions? options = null)
    {
        this.options = options ?? PostgresOptions.Default;
        Settings = ServerSettings.WithDefaults(server.ConnectionString);
        Name = server.Name;
        retries = Retries.WithLabels(Name);
        (fromLeader, fromFollower) = (Reads.WithLabels(Name, "leader"), Reads.WithLabels(Name, "follower"));
        hosts = new PostgresHosts(Settings, this.options, Name);
        News = new PostgresNews(hosts);
        News.Listens += known.RaiseAll;
        News.Heard += (topic, word) =>
        {
            if (topic.Split(' ') is ["at", var schema] && long.TryParse(word, out var position))
            {
                known.Raise(schema, position);
            }
        };
    }

    public override string Name { get; }

    public override SqlDialect Dialect => SqlDialect.Postgres;

    internal NpgsqlConnectionStringBuilder Settings { get; }

    internal PostgresHosts Hosts => hosts;

    internal PostgresNews News { get; }

    /// <summary>The keys of a shard's advisory lock: whoever holds it is alone on the shard.</summary>
    internal static string LockOf(Partition partition) => $"{LockSpace + (int)partition.Cluster}, {partition.Shards[0]}";

    public override async Task<T> WriteAsync<T>(Partition partition, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        var turn = turns.GetOrAdd(partition.Schema, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancel);
        (ShardSession Session, T Value) done;
        try
        {
            done = await OnLeaderAsync(async (leader, token) =>
            {
                await using var pooled = await leader.OpenAsync(token);
                return await InTransactionAsync(pooled.Connection, partition, work, pooled.Connection.CommandTimeout, token);
            }, cancel);
        }
        finally
        {
            turn.Release();
        }
        done.Session.Committed();
        return done.Value;
    }

    public override async Task<T> ReadAsync<T>(Partition partition, Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel) =>
        (await ReadManyAsync([partition], freshness, work, cancel))[0];

    public override async Task<T[]> ReadManyAsync<T>(IReadOnlyList<Partition> partitions, Freshness freshness, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        if (freshness == Freshness.Any && hosts.HasFollowers && await FromFollowerAsync(partitions, work, cancel) is { } found)
        {
            fromFollower.Inc();
            return found;
        }
        var latest = await OnLeaderAsync(async (leader, token) =>
        {
            await using var pooled = await leader.OpenAsync(token);
            return await OnAsync(pooled.Connection, partitions, work, token);
        }, cancel);
        fromLeader.Inc();
        return latest;
    }

    public override Task<T> OverSchemasAsync<T>(Partition any, Func<ShardSession, Task<T>> work, CancellationToken cancel) =>
        OnLeaderAsync(async (leader, token) =>
        {
            await using var pooled = await leader.OpenOverSchemasAsync(token);
            return await InSessionAsync(any, new PostgresCommands(pooled.Connection, null, pooled.Connection.CommandTimeout), work, token);
        }, cancel);

    /// <remarks>Every partition stands in the text, asked or not, so that there is one text and one plan; an empty list costs nothing.</remarks>
    public override Task<IReadOnlyList<T>> ReadTogetherAsync<T>(
        IReadOnlyList<Partition> all, IReadOnlyDictionary<Partition, long[]> here, string sql, IReadOnlyDictionary<string, object> args, CancellationToken cancel)
    {
        var union = unions.TryGetValue(sql, out var last) && last.Over.SequenceEqual(all) ? last : unions[sql] = SchemaUnion.Of(all, sql);
        var arguments = new Dictionary<string, object>(args);
        for (var place = 0; place < all.Count; place++)
        {
            arguments[union.Lists[place]] = here.GetValueOrDefault(all[place], []);
        }
        return OverSchemasAsync(all[0], session => session.QueryAsync<T>(union.Text, arguments), cancel);
    }

    public override async Task AnswersAsync(Partition any, CancellationToken cancel)
    {
        if (!hosts.IsLed && hosts.Furthest() is { } furthest)
        {
            await AskAsync(furthest, cancel);
            return;
        }
        await OnLeaderAsync(AskAsync, cancel);

        static async Task<bool> AskAsync(PostgresHost host, CancellationToken cancel)
        {
            await using var ask = host.Source.CreateCommand("SELECT 1");
            return await ask.ExecuteScalarAsync(cancel) is 1;
        }
    }

    public override Task ToldAsync(CancellationToken cancel) => hosts.HasFollowers ? News.ToldAsync(cancel) : Task.CompletedTask;

    public override async Task UnderLockAsync(Func<Task<IReadOnlyList<Partition>>> partitions, Func<ShardSession, Task> work, CancellationToken cancel)
    {
        var leader = await hosts.LeaderAsync(cancel);
        await using var alone = await MigrationLock.TakeAsync(leader.Source, LockSpace, cancel);
        var some = await partitions();
        // What several schemas share (extensions) is made by the first of each cluster, alone.
        var first = some.GroupBy(partition => partition.Cluster).Select(group => group.First()).ToList();
        foreach (var partition in first)
        {
            await MigrateAsync(partition, cancel);
        }
        await Parallel.ForEachAsync(some.Except(first), new ParallelOptions { MaxDegreeOfParallelism = MigrationsAtOnce, CancellationToken = cancel }, async (partition, token) => await MigrateAsync(partition, token));

        async Task MigrateAsync(Partition partition, CancellationToken token)
        {
            await using var connection = await leader.Source.OpenConnectionAsync(token);
            await InTransactionAsync(connection, partition, async session => { await work(session); return true; }, seconds: 0, token);
        }
    }

    public override bool IsUniqueViolation(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override async ValueTask DisposeAsync()
    {
        await News.DisposeAsync();
        await hosts.DisposeAsync();
    }

    /// <summary>Alone among all that change schemas here.</summary>
    internal async Task AloneAsync(Func<Task> work, CancellationToken cancel)
    {
        await using var alone = await MigrationLock.TakeAsync((await hosts.LeaderAsync(cancel)).Source, LockSpace, cancel);
        await work();
    }

    /// <summary>A partition has left: followers that still show it are not asked for it any more.</summary>
    internal void TellMoved(Partition partition, long position)
    {
        known.Raise(partition.Schema, position);
        News.Tell($"at {partition.Schema}", position.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A partition has come here: followers must have come as far before they answer for it.</summary>
    internal Task ArrivedAsync(Partition partition, CancellationToken cancel) => OnLeaderAsync(async (leader, token) =>
    {
        await using var connection = await leader.Source.OpenConnectionAsync(token);
        known.Raise(partition.Schema, await PostgresHost.FlushedAsync(connection, token));
        return true;
    }, cancel);

    /// <summary>Talks with whoever leads, and tries again what may pass: for as long as patience goes.</summary>
    internal async Task<T> OnLeaderAsync<T>(Func<PostgresHost, CancellationToken, Task<T>> talk, CancellationToken cancel)
    {
        var until = Environment.TickCount64 + (long)options.Patience.TotalMilliseconds;
        for (var attempt = 1; ; attempt++)
        {
            var leader = await hosts.LeaderAsync(cancel);
            try
            {
                return await talk(leader, cancel);
            }
            catch (NpgsqlException error) when (ServerSettings.Passes(error) && Environment.TickCount64 < until)
            {
                retries.Inc();
                if (ServerSettings.IsServerFault(error))
                {
                    hosts.Doubt();
                }
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(MaxBackoff.TotalMilliseconds, 25 << Math.Min(attempt, 8)) * (0.5 + Random.Shared.NextDouble())), cancel);
            }
            catch (PostgresException error) when (ServerSettings.IsNotHere(error))
            {
                throw new ShardNotHereException(Name, error);
            }
        }
    }

    /// <returns>Null when it is the leader's to answer.</returns>
    private async Task<T[]?> FromFollowerAsync<T>(IReadOnlyList<Partition> partitions, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        News.Start();
        if (!hosts.IsLed)
        {
            // Somewhat old is better than nothing, and nothing is being written.
            return hosts.Furthest() is { } furthest ? await AskAsync(furthest, 0) : null;
        }
        return News.IsListening && hosts.Fresh() is [var follower, ..] ? await AskAsync(follower, known.Of(partitions)) : null;

        async Task<T[]?> AskAsync(PostgresHost host, long needed)
        {
            try
            {
                return await OnFollowerAsync(host, needed, partitions, work, cancel).WaitAsync(host.Gone);
            }
            catch (Exception error) when (error is NpgsqlException || error is OperationCanceledException && !cancel.IsCancellationRequested)
            {
                hosts.Doubt();
                return null;
            }
        }
    }

    private async Task<T[]?> OnFollowerAsync<T>(PostgresHost host, long needed, IReadOnlyList<Partition> partitions, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        await using var pooled = await host.OpenAsync(cancel);
        return host.Report?.Position >= needed || await PostgresHost.ReplayedAsync(pooled.Connection, cancel) >= needed
            ? await OnAsync(pooled.Connection, partitions, work, cancel)
            : null;
    }

    private async Task<T[]> OnAsync<T>(NpgsqlConnection connection, IReadOnlyList<Partition> partitions, Func<ShardSession, Task<T>> work, CancellationToken cancel) =>
        partitions.Count == 1
            ? [await InSessionAsync(partitions[0], new PostgresCommands(connection, null, connection.CommandTimeout), work, cancel)]
            : await new ReadRounds(connection, cancel).RunAsync(
                [.. partitions.Select(partition => (Func<ICommands, Task<T>>)(commands => InSessionAsync(partition, commands, work, cancel)))]);

    private async Task<T> InSessionAsync<T>(Partition partition, ICommands commands, Func<ShardSession, Task<T>> work, CancellationToken cancel)
    {
        var session = new ShardSession(partition, Dialect, commands, cancel);
        try
        {
            return await work(session);
        }
        finally
        {
            session.End();
        }
    }

    private async Task<(ShardSession, T)> InTransactionAsync<T>(
        NpgsqlConnection connection, Partition partition, Func<ShardSession, Task<T>> work, int seconds, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var take = connection.CreateCommand())
        {
            take.CommandText = $"SELECT pg_advisory_xact_lock({LockOf(partition)})";
            take.CommandTimeout = seconds;
            await take.ExecuteNonQueryAsync(cancel);
        }
        var session = new ShardSession(partition, Dialect, new PostgresCommands(connection, transaction, seconds), cancel);
        T value;
        try
        {
            value = await work(session);
        }
        finally
        {
            session.End();
        }
        try
        {
            await CommitAsync(connection, transaction, partition);
        }
        catch (NpgsqlException error) when (error is not PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
        {
            throw new OutcomeUnknownException(Name, error);
        }
        return (session, value);
    }

    /// <summary>Commits and, where there are followers, asks in the same round trip how far they must get to have it, and tells everybody.</summary>
    private async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Partition partition)
    {
        if (!hosts.HasFollowers)
        {
            await transaction.CommitAsync(CancellationToken.None);
            return;
        }
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { new NpgsqlBatchCommand("COMMIT"), new NpgsqlBatchCommand("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint") },
        };
        var position = (long)(await batch.ExecuteScalarAsync(CancellationToken.None))!;
        known.Raise(partition.Schema, position);
        News.Tell($"at {partition.Schema}", position.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
