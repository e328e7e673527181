using System.Diagnostics;
using Npgsql;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>A move cannot begin or go on; the message says why.</summary>
public sealed class ShardMoveException(string message) : Exception(message);

/// <summary>
/// Moves a shard to another server while it is in use, by PostgreSQL's logical replication: copy, catch up, fence, switch, drop. Each step
/// looks at what is there, so a move that was killed goes on when it is started again; until the switch it can be given up.
/// </summary>
/// <remarks>
/// The fence is the shard's own advisory lock, which every write takes: writers wait on it. Under it a last row is written, and once that
/// row is on the other server, everything before it is. Then one commit renames the schema and says that it has left.
/// </remarks>
/// <param name="makeSchema">Makes the newest, empty schema where a partition says that it is.</param>
/// <param name="say">Told each step.</param>
public sealed class ShardMove(PostgresPlacement placement, Partition partition, PostgresDatabase target, Func<Partition, Task> makeSchema, Action<string> say)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // Longer than any catching up of a shard that is nearly there; writers wait meanwhile.
    private static readonly TimeSpan FenceAtMost = TimeSpan.FromSeconds(3);
    private const long NearlyThereBytes = 256 * 1024;

    private readonly string schema = PostgresPlacement.NameOf(partition);

    private string Link => $"tintype_move_{schema}";
    private string Old => $"{schema}_left";

    /// <param name="keepOld">Leaves the old rows on the server they left, in a schema called ..._left.</param>
    /// <returns>How long writes waited; null when there was nothing to switch any more.</returns>
    public async Task<TimeSpan?> RunAsync(bool keepOld, CancellationToken cancel)
    {
        await placement.RefreshAsync(cancel);
        var rows = (await placement.AllAsync(cancel)).Where(row => row.Schema == schema).ToList();
        if (rows.FirstOrDefault(row => row.State == PlacementState.Arriving && row.Server != target) is { } other)
        {
            throw new ShardMoveException($"{schema} is on its way to {other.Server.Name}: let that move finish, or give it up with --abort.");
        }
        TimeSpan? pause = null;
        if (partition.Database == target)
        {
            say($"{schema} is on {target.Name}");
        }
        else
        {
            var source = (PostgresDatabase)partition.Database;
            await PrepareAsync(source, cancel);
            await CopyAsync(source, cancel);
            pause = await SwitchAsync(source, rows.Single(row => row.Server == source).Epoch + 1, cancel);
        }
        foreach (var source in placement.ServersOf(partition.Cluster).Where(server => server != target))
        {
            await CleanUpAsync(source, keepOld, cancel);
        }
        return pause;
    }

    /// <summary>Gives up a move that has not switched yet.</summary>
    public async Task AbortAsync(CancellationToken cancel)
    {
        await placement.RefreshAsync(cancel);
        if (partition.Database == target)
        {
            throw new ShardMoveException($"{schema} is on {target.Name}: there is nothing to give up.");
        }
        await DropLinkAsync((PostgresDatabase)partition.Database, cancel);
        await RunOnAsync(target, $"DROP SCHEMA IF EXISTS {schema} CASCADE", cancel);
        await RunOnAsync(target, $"DELETE FROM tintype.shards WHERE schema = '{schema}' AND state = 'arriving'", cancel);
        say($"{schema} stays on {partition.Database.Name}");
    }

    private async Task PrepareAsync(PostgresDatabase source, CancellationToken cancel)
    {
        if (await PostgresPlacement.ScalarAsync<string>(source, "SHOW wal_level", cancel) != "logical")
        {
            throw new ShardMoveException($"{source.Name} has another wal_level than logical: set it and restart that server.");
        }
        await RunOnAsync(target, $"INSERT INTO tintype.shards (schema, state, epoch) VALUES ('{schema}', 'arriving', 0) ON CONFLICT (schema) DO UPDATE SET state = 'arriving' WHERE shards.state = 'left'", cancel);
        if (await IsOnAsync(target, $"SELECT EXISTS (SELECT 1 FROM pg_subscription WHERE subname = '{Link}')", cancel))
        {
            say("goes on with a copy that was begun");
            return;
        }
        // Whatever an earlier attempt or an earlier stay has left.
        await RunOnAsync(source, $"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{Link}' AND NOT active", cancel);
        await RunOnAsync(target, $"DROP SCHEMA IF EXISTS {schema} CASCADE", cancel);
        await RunOnAsync(target, $"DROP SCHEMA IF EXISTS {Old} CASCADE", cancel);
        await makeSchema(new Partition(partition.Cluster, target, partition.Schema, partition.Shards));
        await RunOnAsync(target, $"TRUNCATE {schema}.schema_version", cancel);
        if (!await IsOnAsync(source, $"SELECT EXISTS (SELECT 1 FROM pg_publication WHERE pubname = '{Link}')", cancel))
        {
            await RunOnAsync(source, $"CREATE PUBLICATION {Link} FOR TABLES IN SCHEMA {schema}", cancel);
        }
        await RunOnAsync(target, $"CREATE SUBSCRIPTION {Link} CONNECTION {Quoted(Address(source))} PUBLICATION {Link} WITH (streaming = on)", cancel);
        say($"copies {schema} from {source.Name} to {target.Name}");
    }

    private async Task CopyAsync(PostgresDatabase source, CancellationToken cancel)
    {
        while (!await IsOnAsync(target, $"SELECT coalesce(bool_and(srsubstate = 'r'), false) FROM pg_subscription_rel JOIN pg_subscription ON oid = srsubid WHERE subname = '{Link}'", cancel)
            || !await IsOnAsync(source, $"SELECT coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), confirmed_flush_lsn) < {NearlyThereBytes}, false) FROM pg_replication_slots WHERE slot_name = '{Link}'", cancel))
        {
            if (!await IsOnAsync(source, $"SELECT EXISTS (SELECT 1 FROM pg_replication_slots WHERE slot_name = '{Link}')", cancel))
            {
                throw new ShardMoveException($"{source.Name} knows nothing of the copy any more, as after a failover: give it up with --abort, and begin again.");
            }
            await Task.Delay(LookAgain, cancel);
        }
        say("the copy has caught up");
    }

    private async Task<TimeSpan> SwitchAsync(PostgresDatabase source, long epoch, CancellationToken cancel)
    {
        var leader = await source.Hosts.LeaderAsync(cancel);
        await using var connection = await leader.Source.OpenConnectionAsync(cancel);
        async Task HereAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        var mark = -TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await HereAsync($"SELECT pg_advisory_lock({PostgresDatabase.LockOf(partition)})");
        var watch = Stopwatch.StartNew();
        try
        {
            await HereAsync($"INSERT INTO {schema}.schema_version (version, shards) SELECT {mark}, max(shards) FROM {schema}.schema_version");
            while (!await IsOnAsync(target, $"SELECT EXISTS (SELECT 1 FROM {schema}.schema_version WHERE version = {mark})", cancel))
            {
                if (watch.Elapsed > FenceAtMost)
                {
                    throw new ShardMoveException($"{target.Name} fell behind at the last moment; nothing has changed. Start the move again.");
                }
                await Task.Delay(2, cancel);
            }
            // From here on it must be finished; whoever asks where the shard is would do it too.
            await using (var decision = await connection.BeginTransactionAsync(cancel))
            {
                await HereAsync($"ALTER SCHEMA {schema} RENAME TO {Old}");
                await HereAsync($"UPDATE tintype.shards SET state = 'left', epoch = {epoch} WHERE schema = '{schema}'");
                await decision.CommitAsync(CancellationToken.None);
            }
            await PostgresPlacement.OpenAsync(new Placed(target, schema, PlacementState.Arriving, epoch), CancellationToken.None);
            await placement.RefreshAsync(CancellationToken.None);
        }
        finally
        {
            await HereAsync($"SELECT pg_advisory_unlock({PostgresDatabase.LockOf(partition)})");
        }
        source.TellMoved(partition, await PostgresHost.FlushedAsync(connection, cancel));
        say($"{schema} is on {target.Name}; writes waited {watch.ElapsedMilliseconds} ms");
        return watch.Elapsed;
    }

    private async Task CleanUpAsync(PostgresDatabase source, bool keepOld, CancellationToken cancel)
    {
        await DropLinkAsync(source, cancel);
        await RunOnAsync(target, $"DELETE FROM {schema}.schema_version WHERE version < 0", cancel);
        if (!keepOld)
        {
            await RunOnAsync(source, $"DROP SCHEMA IF EXISTS {Old} CASCADE", cancel);
        }
    }

    private async Task DropLinkAsync(PostgresDatabase source, CancellationToken cancel)
    {
        var subscription = await PostgresPlacement.ScalarAsync<long>(target, $"SELECT oid::bigint FROM pg_subscription WHERE subname = '{Link}'", cancel);
        if (subscription != 0)
        {
            // Apart from its slots, so that a source which has lost them does not stop us.
            await RunOnAsync(target, $"ALTER SUBSCRIPTION {Link} DISABLE", cancel);
            await RunOnAsync(target, $"ALTER SUBSCRIPTION {Link} SET (slot_name = NONE)", cancel);
            await RunOnAsync(target, $"DROP SUBSCRIPTION {Link}", cancel);
        }
        await RunOnAsync(source, $"DROP PUBLICATION IF EXISTS {Link}", cancel);
        // Its own, and those of tables that were still being copied.
        var slots = $"FROM pg_replication_slots WHERE slot_name = '{Link}' OR slot_name LIKE 'pg\\_{subscription}\\_sync\\_%'";
        while (await IsOnAsync(source, $"SELECT EXISTS (SELECT 1 {slots})", cancel))
        {
            await RunOnAsync(source, $"SELECT pg_drop_replication_slot(slot_name) FROM (SELECT slot_name, active {slots}) AS mine WHERE NOT active", cancel);
            await Task.Delay(LookAgain / 10, cancel);
        }
    }

    /// <summary>How one server reaches the other's leader, in libpq's words.</summary>
    private static string Address(PostgresDatabase server)
    {
        var settings = server.Settings;
        var hosts = settings.Host!.Split(',').Select(host => host.Split(':') is [var name, var port] ? (Name: name, Port: port) : (Name: host, Port: $"{settings.Port}")).ToList();
        var parts = new Dictionary<string, string?>
        {
            ["host"] = string.Join(',', hosts.Select(host => host.Name)), ["port"] = string.Join(',', hosts.Select(host => host.Port)),
            ["dbname"] = settings.Database, ["user"] = settings.Username, ["password"] = settings.Password, ["target_session_attrs"] = "read-write",
        };
        return string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Key}='{part.Value!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"));
    }

    private static string Quoted(string text) => $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private static Task RunOnAsync(PostgresDatabase server, string sql, CancellationToken cancel) => PostgresPlacement.RunAsync(server, sql, cancel);

    private static Task<bool> IsOnAsync(PostgresDatabase server, string sql, CancellationToken cancel) => PostgresPlacement.ScalarAsync<bool>(server, sql, cancel);
}
