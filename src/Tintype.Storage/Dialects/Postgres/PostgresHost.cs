using Npgsql;
using Prometheus;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>What a host said of itself.</summary>
/// <param name="AskedAt">Environment.TickCount64 before it was asked: it says no less than what was true then.</param>
/// <param name="System">The identity that a leader and its followers share.</param>
/// <param name="Timeline">Of a leader: rises by one with every promotion. 0 of a follower.</param>
/// <param name="Position">In the log: flushed by a leader, replayed by a follower.</param>
internal sealed record HostReport(long AskedAt, bool IsLeader, long System, int Timeline, long Position);

/// <summary>One host of a server: its connections, and a watch that asks it how it is, on a connection of its own.</summary>
internal sealed class PostgresHost : IAsyncDisposable
{
    private const string AskSql =
        """
        SELECT NOT pg_is_in_recovery(), (SELECT system_identifier FROM pg_control_system()),
          CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int END,
          pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0')::bigint
        """;

    // Of a host that hangs, those who wait for it learn after this long, and go elsewhere.
    private const int AnswerSeconds = 1;

    // Its first answer comes from a process that starts, perhaps among many on a busy machine, and nobody can go elsewhere yet.
    private const int FirstAnswerSeconds = 5;

    private static readonly Gauge Up = Metrics.CreateGauge("tintype_postgres_host_up", "Whether a host answered when last asked.", "host");

    private readonly NpgsqlDataSource firstWatch;
    private readonly NpgsqlDataSource watch;
    private readonly ConnectionLine line;
    private readonly NpgsqlDataSource overSchemas;
    private readonly ConnectionLine overSchemasLine;
    private readonly Gauge.Child up;
    private bool hasAnswered;
    private NpgsqlConnection? connection;
    private CancellationTokenSource gone = new();
    private HostReport? report;
    private Exception? failure;
    private long failingSince = Environment.TickCount64;

    /// <param name="settings">With one host.</param>
    /// <param name="line">How long to wait for one of its connections.</param>
    public PostgresHost(NpgsqlConnectionStringBuilder settings, TimeSpan line)
    {
        Name = settings.Host!.Contains(':', StringComparison.Ordinal) ? settings.Host : $"{settings.Host}:{settings.Port}";
        up = Up.WithLabels(Name);
        Source = NpgsqlDataSource.Create(settings);
        var over = ServerSettings.OverSchemas(settings);
        overSchemas = NpgsqlDataSource.Create(over);
        this.line = new ConnectionLine(Name, settings.MaxPoolSize - ConnectionLine.KeptBack, line);
        overSchemasLine = new ConnectionLine(Name, over.MaxPoolSize, line);
        firstWatch = Watch(FirstAnswerSeconds);
        watch = Watch(AnswerSeconds);

        NpgsqlDataSource Watch(int seconds) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Pooling = false, Timeout = seconds, CommandTimeout = seconds, CancellationTimeout = -1, ApplicationName = $"{settings.ApplicationName} watch",
        });
    }

    public string Name { get; }

    /// <summary>For the few that do not stand in line: what listens, tells, migrates or asks for health.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>What it said last; null when it has not answered since it was lost, or never did.</summary>
    public HostReport? Report => Volatile.Read(ref report);

    /// <summary>Why it does not answer.</summary>
    public Exception? Failure => Volatile.Read(ref failure);

    /// <summary>Environment.TickCount64 when it ceased to answer; meaningful while <see cref="Report"/> is null.</summary>
    public long FailingSince => Volatile.Read(ref failingSince);

    /// <summary>Cancelled when it ceases to answer.</summary>
    public CancellationToken Gone => Volatile.Read(ref gone).Token;

    /// <summary>A connection for a request, when its turn comes.</summary>
    /// <exception cref="DatabaseRestsException">It did not come in time.</exception>
    public ValueTask<PooledConnection> OpenAsync(CancellationToken cancel) => OpenAsync(Source, line, cancel);

    /// <summary>One of the few for statements over many schemas, which stay prepared there: planning one takes longer than running it.</summary>
    /// <exception cref="DatabaseRestsException">It did not come in time.</exception>
    public ValueTask<PooledConnection> OpenOverSchemasAsync(CancellationToken cancel) => OpenAsync(overSchemas, overSchemasLine, cancel);

    private async ValueTask<PooledConnection> OpenAsync(NpgsqlDataSource source, ConnectionLine line, CancellationToken cancel)
    {
        await line.EnterAsync(Gone, cancel);
        try
        {
            return new PooledConnection(await source.OpenConnectionAsync(cancel), line);
        }
        catch
        {
            line.Leave();
            throw;
        }
    }

    /// <summary>Asks how it is. Never throws but when cancelled.</summary>
    public async Task AskAsync(CancellationToken cancel)
    {
        var askedAt = Environment.TickCount64;
        try
        {
            // Npgsql's own limits do not cover every way in which a host that was stopped can hang.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(2 * (hasAnswered ? AnswerSeconds : FirstAnswerSeconds)));
            var answer = await AnswerAgainAsync(askedAt, limit.Token).WaitAsync(limit.Token);
            Volatile.Write(ref report, answer);
            hasAnswered = true;
            if (gone.IsCancellationRequested)
            {
                Volatile.Write(ref gone, new CancellationTokenSource());
            }
            Volatile.Write(ref failure, null);
            up.Set(1);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            if (Interlocked.Exchange(ref report, null) is not null)
            {
                Volatile.Write(ref failingSince, askedAt);
            }
            Volatile.Write(ref failure, error);
            up.Set(0);
            await gone.CancelAsync();
            // Not disposed here: that would wait for the host. It ends with the process or when the host answers again.
            connection = null;
        }
    }

    /// <summary>A follower's position this very moment.</summary>
    public static Task<long> ReplayedAsync(NpgsqlConnection connection, CancellationToken cancel) => PositionAsync(connection, "pg_last_wal_replay_lsn()", cancel);

    /// <summary>A leader's position this very moment.</summary>
    public static Task<long> FlushedAsync(NpgsqlConnection connection, CancellationToken cancel) => PositionAsync(connection, "pg_current_wal_flush_lsn()", cancel);

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
        await Source.DisposeAsync();
        await overSchemas.DisposeAsync();
        await firstWatch.DisposeAsync();
        await watch.DisposeAsync();
        gone.Dispose();
    }

    private static async Task<long> PositionAsync(NpgsqlConnection connection, string position, CancellationToken cancel)
    {
        await using var ask = new NpgsqlCommand($"SELECT pg_wal_lsn_diff({position}, '0/0')::bigint", connection);
        return await ask.ExecuteScalarAsync(cancel) is long at ? at : 0;
    }

    /// <summary>A connection that has broken says nothing of the host yet.</summary>
    private async Task<HostReport> AnswerAgainAsync(long askedAt, CancellationToken cancel)
    {
        if (connection is not null)
        {
            try
            {
                return await AnswerAsync(askedAt, cancel);
            }
            catch (NpgsqlException error) when (error.InnerException is not TimeoutException)
            {
                connection = null;
            }
        }
        return await AnswerAsync(askedAt, cancel);
    }

    private async Task<HostReport> AnswerAsync(long askedAt, CancellationToken cancel)
    {
        connection ??= await (hasAnswered ? watch : firstWatch).OpenConnectionAsync(cancel);
        await using var ask = new NpgsqlCommand(AskSql, connection) { CommandTimeout = hasAnswered ? AnswerSeconds : FirstAnswerSeconds };
        await using var reader = await ask.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new HostReport(askedAt, reader.GetBoolean(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt64(3));
    }
}
