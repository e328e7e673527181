using Tintype.Servers;
using Tintype.Storage;
using Tintype.Storage.Migrations;
using Xunit;

[assembly: AssemblyFixture(typeof(StopsSharedServers))]

namespace Tintype.Specs.Backends;

/// <summary>
/// Where a World's rows are: SQLite in its folder or, when TINTYPE_SPECS_DATABASE says postgres, a database of its own on the run's
/// server, and its feeds and caches on the run's Redis. The same specs hold on both.
/// </summary>
internal sealed class WorldDatabase : IAsyncDisposable
{
    // Enough to tell shards apart; a schema more is 20 tables more to make for every World.
    private const int Shards = 4;

    private static readonly bool OnPostgres = Environment.GetEnvironmentVariable("TINTYPE_SPECS_DATABASE") == "postgres";
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);
    private static int made;

    private readonly string? name;
    private readonly string connection;

    private readonly string redis;
    private readonly string prefix = MemoryServer.OwnPrefix();

    private WorldDatabase(string? name, string connection, string redis = "")
    {
        this.name = name;
        this.connection = connection;
        this.redis = redis;
    }

    /// <param name="onPostgres">Also when the run is on SQLite: for several processes on the same rows.</param>
    public static async Task<WorldDatabase> MakeAsync(bool onPostgres = false)
    {
        if (!OnPostgres && !onPostgres)
        {
            return new WorldDatabase(null, "");
        }
        var name = $"world_{Interlocked.Increment(ref made)}";
        return new WorldDatabase(name, await (await PostgresServer.Shared).CreateDatabaseAsync(name, await Template.Value),
            OnPostgres ? (await MemoryServer.SharedAsync(MemoryKind.Redis)).Configuration : "");
    }

    public void Set(Settings settings)
    {
        if (name is not null)
        {
            settings.Storage.Shards = Shards;
            settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = [connection];
            (settings.Memory.Servers, settings.Memory.Prefix) = (redis, prefix);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (name is not null)
        {
            await (await PostgresServer.Shared).DropDatabaseAsync(name);
        }
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var server = await PostgresServer.Shared;
        var connection = await server.CreateDatabaseAsync("world_template");
        await using var map = PostgresStorage.Open(_ => [connection], Shards);
        await new Migrator(map).MigrateAsync();
        return "world_template";
    }
}
