using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tintype.Servers;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(StopsSharedServers))]

namespace Tintype.Storage.Specs.Backends;

/// <summary>What ships: every contract holds on both.</summary>
public enum Backend { Sqlite, Postgres }

/// <summary>Runs a theory once on each backend: its parameter.</summary>
public sealed class BackendsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<Backend>().Select(backend => new TheoryDataRow<Backend>(backend))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>Three migrated, empty clusters on a backend, and the tables on them.</summary>
public sealed class Store : IAsyncDisposable
{
    public const int Shards = 4;

    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);
    private static int made;

    private readonly string place;
    private readonly Backend backend;
    private readonly ServiceProvider tables;
    private bool ownsPlace = true;

    private Store(Backend backend, string place, ShardMap map, TimeProvider clock)
    {
        this.backend = backend;
        this.place = place;
        Map = map;
        Clock = clock;
        Ids = new IdGenerator(clock, map.Shards);
        Router = new ShardRouter(map, Ids);
        Signal = new JobSignal();
        Outbox = new OutboxTable(clock, Ids, Signal);
        var services = new ServiceCollection().AddSingleton(map).AddSingleton(clock).AddSingleton(Ids).AddSingleton(Router).AddSingleton(Signal).AddSingleton(Outbox);
        foreach (var type in typeof(ShardMap).Assembly.GetTypes().Where(type => type is { IsClass: true, IsPublic: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            services.TryAddSingleton(type);
        }
        tables = services.BuildServiceProvider();
    }

    public ShardMap Map { get; }
    public TimeProvider Clock { get; }
    public IdGenerator Ids { get; }
    public ShardRouter Router { get; }
    public JobSignal Signal { get; }
    public OutboxTable Outbox { get; }
    public AccountTable Accounts => tables.GetRequiredService<AccountTable>();
    public TokenTable Tokens => tables.GetRequiredService<TokenTable>();
    public FollowTable Follows => tables.GetRequiredService<FollowTable>();
    public BlockTable Blocks => tables.GetRequiredService<BlockTable>();
    public MuteTable Mutes => tables.GetRequiredService<MuteTable>();
    public RelationTable Relations => tables.GetRequiredService<RelationTable>();
    public PostTable Posts => tables.GetRequiredService<PostTable>();
    public CommentTable Comments => tables.GetRequiredService<CommentTable>();
    public LikeTable Likes => tables.GetRequiredService<LikeTable>();
    public BookmarkTable Bookmarks => tables.GetRequiredService<BookmarkTable>();
    public ViewerFlagTable Flags => tables.GetRequiredService<ViewerFlagTable>();
    public NotificationTable Notifications => tables.GetRequiredService<NotificationTable>();
    public MarkerTable Markers => tables.GetRequiredService<MarkerTable>();
    public CountTable Counts => tables.GetRequiredService<CountTable>();

    public static async Task<Store> OpenAsync(Backend on, TimeProvider? clock = null)
    {
        var store = await OpenEmptyAsync(on, clock, on == Backend.Postgres ? await Template.Value : "template0");
        await new Migrator(store.Map).MigrateAsync();
        return store;
    }

    /// <summary>One that nobody has migrated yet.</summary>
    public static async Task<Store> OpenEmptyAsync(Backend on, TimeProvider? clock = null, string template = "template0")
    {
        var place = $"spec_{Interlocked.Increment(ref made)}";
        if (on == Backend.Postgres)
        {
            await (await PostgresServer.Shared).CreateDatabaseAsync(place, template);
        }
        else
        {
            place = Directory.CreateTempSubdirectory("tintype-storage-").FullName;
        }
        return new Store(on, place, await MapAsync(on, place, Shards), clock ?? TimeProvider.System);
    }

    /// <summary>The id of the n-th of some people, who live on different shards.</summary>
    public static AccountId Person(int n) => new(IdLayout.Compose(IdLayout.Epoch.AddMilliseconds(n), n % Shards, 0));

    /// <summary>What a second process has on the same data: its own connections, ids and signals. Dispose it before the first.</summary>
    public async Task<Store> OpenAgainAsync(TimeProvider? clock = null, int shards = Shards) =>
        new(backend, place, await MapAsync(backend, place, shards), clock ?? Clock) { ownsPlace = false };

    private static async Task<ShardMap> MapAsync(Backend on, string place, int shards)
    {
        var server = on == Backend.Postgres ? (await PostgresServer.Shared).ConnectionString(place) : "";
        return on == Backend.Sqlite ? EmbeddedStorage.Open(place, shards) : PostgresStorage.Open(_ => [server], shards);
    }

    public async ValueTask DisposeAsync()
    {
        await tables.DisposeAsync();
        await Map.DisposeAsync();
        if (ownsPlace && backend == Backend.Sqlite)
        {
            Directory.Delete(place, recursive: true);
        }
        else if (ownsPlace)
        {
            await (await PostgresServer.Shared).DropDatabaseAsync(place);
        }
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var server = await PostgresServer.Shared;
        var connection = await server.CreateDatabaseAsync("spec_template") + ";Pooling=false";
        await using var map = PostgresStorage.Open(_ => [connection], Shards);
        await new Migrator(map).MigrateAsync();
        return "spec_template";
    }
}
