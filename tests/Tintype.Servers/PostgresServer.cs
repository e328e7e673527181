using Npgsql;

namespace Tintype.Servers;

/// <summary>A PostgreSQL server for this run, without fsync; perhaps a follower that streams from another.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // The server refuses to run as root: then it runs as the user that its package made.
    private const string Script =
        """
        bin=$1 port=$2 leader=$3
        prepare() {
          own postgres
          if [ -z "$leader" ]; then
            (as postgres "$bin/initdb" -D "$root/data" -U tintype --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync) &&
              echo 'host replication all 127.0.0.1/32 trust' >>"$root/data/pg_hba.conf"
          else
            (as postgres "$bin/pg_basebackup" -h 127.0.0.1 -p "$leader" -U tintype -D "$root/data" -R -X stream -c fast --no-sync)
          fi
        }
        up() {
          (as postgres "$bin/postgres" -D "$root/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
            -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c jit=off -c wal_keep_size=256MB -c wal_level=logical) &
        }
        """;

    private static readonly Lazy<Task<PostgresServer>> Starting = new(() => StartAsync());

    private readonly ServerProcess process;
    private readonly int port;

    private PostgresServer(ServerProcess process, int port)
    {
        this.process = process;
        this.port = port;
    }

    /// <summary>The one server of this run, started when first asked for.</summary>
    public static Task<PostgresServer> Shared => Starting.Value;

    public string Host => $"127.0.0.1:{port}";

    /// <summary>Whether any spec asked for the shared server.</summary>
    public static bool IsStarted => Starting.IsValueCreated;

    /// <summary>To kill, pause and start it again.</summary>
    public ServerProcess Process => process;

    /// <summary>A server of one's own: for specs that kill it.</summary>
    public static Task<PostgresServer> StartAsync() => StartAsync(null);

    /// <summary>A follower that streams from this server.</summary>
    public Task<PostgresServer> StartFollowerAsync() => StartAsync(port);

    public Task StartAgainAsync() => process.StartAgainAsync(() => AnswersAsync(port));

    /// <summary>Makes a follower a leader.</summary>
    public Task PromoteAsync() => RunAsync("SELECT pg_promote()");

    /// <summary>From here on a commit waits until a follower has it.</summary>
    public async Task RequireFollowerAsync()
    {
        await RunAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await RunAsync("SELECT pg_reload_conf()");
    }

    /// <summary>A connection string with this server and its followers.</summary>
    public string WithFollowers(string database, params IEnumerable<PostgresServer> followers) =>
        $"Host={string.Join(',', followers.Prepend(this).Select(server => server.Host))};Username=tintype;Database={database}";

    public string ConnectionString(string database) => ConnectionString(port, database);

    /// <summary>Makes a database, empty or like <paramref name="template"/>.</summary>
    public async Task<string> CreateDatabaseAsync(string name, string template = "template0")
    {
        await RunAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        return ConnectionString(name);
    }

    public Task DropDatabaseAsync(string name) => RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    /// <summary>Runs a statement in the database <c>postgres</c>.</summary>
    public Task RunAsync(string sql) => RunAsync(port, sql);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<PostgresServer> StartAsync(int? leader)
    {
        var port = LoopbackPort.Take();
        return new(await ServerProcess.StartAsync("postgres", Script, () => AnswersAsync(port), Binaries(), $"{port}", $"{leader}"), port);
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        await RunAsync(port, "SELECT 1");
        return true;
    }

    private static async Task RunAsync(int port, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(port, "postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string ConnectionString(int port, string database) => $"Host=127.0.0.1:{port};Username=tintype;Database={database}";

    private static string Binaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max()
                ?? throw NotInstalled()
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb"))) ?? throw NotInstalled();

    private static InvalidOperationException NotInstalled() => new("PostgreSQL 15 is not installed: these specs need it (Debian: apt-get install postgresql-15)");
}

/// <summary>Stops the servers that a whole run shares, after its last spec.</summary>
public sealed class StopsSharedServers : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (PostgresServer.IsStarted)
        {
            await (await PostgresServer.Shared).DisposeAsync();
        }
        if (CephServer.IsStarted)
        {
            await (await CephServer.Shared).DisposeAsync();
        }
        if (AzuriteServer.IsStarted)
        {
            await (await AzuriteServer.Shared).DisposeAsync();
        }
        await MemoryServer.StopAllAsync();
    }
}
