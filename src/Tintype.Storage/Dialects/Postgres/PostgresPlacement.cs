using System.Data.Common;
using Npgsql;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>What a server says of a schema.</summary>
internal enum PlacementState
{
    /// <summary>It is here.</summary>
    Home,
    /// <summary>It is being copied here; nobody reads it yet.</summary>
    Arriving,
    /// <summary>All of it has been copied elsewhere, and it is there now.</summary>
    Left,
}

/// <param name="Epoch">Rises by one with each move.</param>
internal sealed record Placed(PostgresDatabase Server, string Schema, PlacementState State, long Epoch);

/// <summary>
/// Where each shard is: every server keeps a row for each that is, was, or is about to be on it, in the table tintype.shards. A process
/// asks when it starts, and again when a schema is not where it was: a schema that has left is renamed, so nobody can miss that.
/// </summary>
/// <remarks>
/// A move is decided by one commit on the server it leaves: state left, a new epoch, the schema renamed. It comes after all rows are on
/// the other server, so whoever finds a shard that has left one server and arrives on another may finish the move. Of two servers that
/// call a shard theirs, as after a failover that lost the commit, the higher epoch is right.
/// </remarks>
public sealed class PostgresPlacement
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyDictionary<Cluster, IReadOnlyList<PostgresDatabase>> serversOf;
    private readonly TimeSpan patience;
    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<Partition> partitions = [];
    private HashSet<(PostgresDatabase, string)> homes = [];
    private long refreshed;

    internal PostgresPlacement(IReadOnlyDictionary<Cluster, IReadOnlyList<PostgresDatabase>> serversOf, PostgresOptions options)
    {
        this.serversOf = serversOf;
        patience = options.Patience;
        Servers = [.. serversOf.Values.SelectMany(some => some).Distinct()];
    }

    /// <summary>All servers of all clusters.</summary>
    public IReadOnlyList<PostgresDatabase> Servers { get; }

    public IReadOnlyList<PostgresDatabase> ServersOf(Cluster cluster) => serversOf[cluster];

    /// <summary>Reads the map; shards that are nowhere yet get the server that the settings deal them to, or where their schema already is.</summary>
    internal async Task LearnAsync(IReadOnlyList<Partition> all, CancellationToken cancel)
    {
        partitions = all;
        await Task.WhenAll(Servers.Select(server => PrepareAsync(server, cancel)));
        var placed = (await Task.WhenAll(Servers.Select(server => ReadAsync(server, cancel)))).SelectMany(rows => rows).ToLookup(row => row.Schema);
        var schemas = (await Task.WhenAll(Servers.Select(async server => (Server: server, Names: await SchemasAsync(server, cancel))))).ToList();
        var homeless = all.Where(partition => !placed[NameOf(partition)].Any(row => row.State != PlacementState.Arriving)).GroupBy(partition =>
            schemas.Where(one => one.Names.Contains(NameOf(partition)) && serversOf[partition.Cluster].Contains(one.Server))
                .OrderByDescending(one => one.Server == partition.Database).Select(one => one.Server).FirstOrDefault() ?? (PostgresDatabase)partition.Database);
        foreach (var group in homeless)
        {
            await RunAsync(group.Key, "INSERT INTO tintype.shards (schema, state, epoch) SELECT name, 'home', 1 FROM unnest($1) AS name ON CONFLICT DO NOTHING", cancel, (object)group.Select(NameOf).ToArray());
        }
        await RefreshAsync(cancel);
    }

    /// <summary>Whether a shard that was not found on a server has moved; waits while it is on its way.</summary>
    internal async Task<bool> FollowAsync(Partition partition, Database from, CancellationToken cancel)
    {
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (partition.Database != from)
            {
                return true;
            }
            await RefreshAsync(cancel);
            if (partition.Database != from)
            {
                return true;
            }
            if (Volatile.Read(ref homes).Contains(((PostgresDatabase)from, NameOf(partition))) || Environment.TickCount64 > until)
            {
                return false;
            }
            await Task.Delay(LookAgain, cancel);
        }
    }

    /// <summary>Every server's rows; a server that does not answer has none for now.</summary>
    internal async Task<IReadOnlyList<Placed>> AllAsync(CancellationToken cancel) =>
        [.. (await Task.WhenAll(Servers.Select(async server =>
        {
            try
            {
                return await ReadAsync(server, cancel);
            }
            catch (DbException)
            {
                return []; // Its shards stay where they are known to be.
            }
        }))).SelectMany(rows => rows)];

    internal async Task RefreshAsync(CancellationToken cancel)
    {
        var began = Interlocked.Read(ref refreshed);
        await turn.WaitAsync(cancel);
        try
        {
            // Of many that wait, one asks for all: whoever's round began after they came.
            if (Interlocked.Read(ref refreshed) > began + 1)
            {
                return;
            }
            var rows = (await AllAsync(cancel)).ToLookup(row => row.Schema);
            var found = new HashSet<(PostgresDatabase, string)>();
            foreach (var partition in partitions)
            {
                var name = NameOf(partition);
                var last = rows[name].Where(row => row.State != PlacementState.Arriving).MaxBy(row => (row.Epoch, row.State == PlacementState.Home));
                if (last?.State == PlacementState.Left)
                {
                    last = rows[name].FirstOrDefault(row => row.State == PlacementState.Arriving) is { } arriving
                        ? await OpenAsync(arriving with { Epoch = last.Epoch }, cancel) : null;
                }
                if (last is not null)
                {
                    found.Add((last.Server, name));
                    if (partition.Database != last.Server)
                    {
                        await last.Server.ArrivedAsync(partition, cancel);
                        partition.MoveTo(last.Server);
                    }
                }
            }
            Volatile.Write(ref homes, found);
            Interlocked.Increment(ref refreshed);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The last step of a move, by whoever comes first.</summary>
    internal static async Task<Placed> OpenAsync(Placed arriving, CancellationToken cancel)
    {
        await RunAsync(arriving.Server, "UPDATE tintype.shards SET state = 'home', epoch = $2 WHERE schema = $1 AND state = 'arriving'", cancel, arriving.Schema, arriving.Epoch);
        return arriving with { State = PlacementState.Home };
    }

    internal static string NameOf(Partition partition) => partition.Schema.TrimEnd('.');

    internal static Task RunAsync(PostgresDatabase server, string sql, CancellationToken cancel, params object[] args) =>
        server.OnLeaderAsync(async (leader, token) =>
        {
            await using var command = leader.Source.CreateCommand(sql);
            command.CommandTimeout = 0;
            foreach (var arg in args)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = arg });
            }
            return await command.ExecuteNonQueryAsync(token);
        }, cancel);

    internal static Task<T?> ScalarAsync<T>(PostgresDatabase server, string sql, CancellationToken cancel, params object[] args) =>
        server.OnLeaderAsync(async (leader, token) =>
        {
            await using var command = leader.Source.CreateCommand(sql);
            foreach (var arg in args)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = arg });
            }
            return await command.ExecuteScalarAsync(token) is T value ? value : default;
        }, cancel);

    private static async Task PrepareAsync(PostgresDatabase server, CancellationToken cancel)
    {
        if (!await ScalarAsync<bool>(server, "SELECT to_regclass('tintype.shards') IS NOT NULL", cancel))
        {
            await server.AloneAsync(() => RunAsync(server,
                """
                CREATE SCHEMA IF NOT EXISTS tintype;
                CREATE TABLE IF NOT EXISTS tintype.shards (schema text NOT NULL PRIMARY KEY, state text NOT NULL, epoch bigint NOT NULL)
                """, cancel), cancel);
        }
    }

    private static async Task<IReadOnlyList<string>> SchemasAsync(PostgresDatabase server, CancellationToken cancel) =>
        await ScalarAsync<string[]>(server, "SELECT coalesce(array_agg(schemaname::text), '{}') FROM pg_tables WHERE tablename = 'schema_version'", cancel) ?? [];

    private static Task<IReadOnlyList<Placed>> ReadAsync(PostgresDatabase server, CancellationToken cancel) =>
        server.OnLeaderAsync<IReadOnlyList<Placed>>(async (leader, token) =>
        {
            await using var command = leader.Source.CreateCommand("SELECT schema, state, epoch FROM tintype.shards");
            await using var reader = await command.ExecuteReaderAsync(token);
            var rows = new List<Placed>();
            while (await reader.ReadAsync(token))
            {
                rows.Add(new Placed(server, reader.GetString(0), Enum.Parse<PlacementState>(reader.GetString(1), ignoreCase: true), reader.GetInt64(2)));
            }
            return rows;
        }, cancel);
}
