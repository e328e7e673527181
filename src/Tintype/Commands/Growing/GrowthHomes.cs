using Tintype.Storage;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables.Moving;

namespace Tintype.Commands.Growing;

/// <summary>Both homes of an instance, its data folder and the engines of the settings, and what begins and ends a move between them.</summary>
internal sealed class GrowthHomes : IAsyncDisposable
{
    public const string FirstPass = "first pass";

    private const string Databases = "db";

    // Notes of a second of a busy site: below it, going on would only follow people's clicks.
    private const int Few = 500;
    private const int NotesAtOnce = 5_000;

    private readonly WebApplication app;
    private readonly ChangeLog changes;
    private readonly RowMove move;
    private readonly IReadOnlyList<DataFolder> locks;

    private GrowthHomes(string folder, IReadOnlyList<DataFolder> locks, WebApplication app, ShardMap embedded, GrowthState state, bool isBack)
    {
        Folder = folder;
        this.locks = locks;
        this.app = app;
        Embedded = new("the folder", embedded, new FileObjectStore(Path.Combine(folder, "objects")));
        Engines = EnginesOf(app);
        State = state;
        changes = new ChangeLog(embedded);
        var (from, to) = isBack ? (Engines, Embedded) : (Embedded, Engines);
        move = new RowMove(from.Map, new ShardRouter(to.Map, new IdGenerator(TimeProvider.System, to.Map.Shards)));
        Growth = new Growth(from, to, move, State);
    }

    public string Folder { get; }
    public Home Embedded { get; }
    public Home Engines { get; }
    public Growth Growth { get; }
    public GrowthState State { get; }

    private string Way => WayOf(Engines, isBack: false);

    /// <summary>Opens both, each with the newest schema.</summary>
    /// <param name="alone">Whether nobody else may use the folder's databases meanwhile.</param>
    public static async Task<GrowthHomes> OpenAsync(string? data, bool alone, CancellationToken cancel)
    {
        var (folder, shards) = ("", 0);
        var app = await OpenEnginesAsync(data, settings =>
        {
            folder = settings.Data;
            shards = settings.Storage.Shards = ShardsOf(folder);
        });
        return await OpenAsync(app, folder, alone, shards, isBack: false, _ => { }, cancel);
    }

    /// <summary>Opens both for the way home; what the instance left behind in the folder when it moved away is put aside.</summary>
    /// <exception cref="SettingsException">Somebody uses the folder or the servers, or another instance lives in the folder.</exception>
    public static async Task<GrowthHomes> OpenForBackAsync(string? data, CancellationToken cancel)
    {
        var (folder, shards, started) = ("", 0, TimeProvider.System.GetUtcNow());
        var app = await OpenEnginesAsync(data, settings => (folder, shards) = (settings.Data, settings.Storage.Shards));
        if (await RowMove.ClientsSinceBeforeAsync(app.Services.GetRequiredService<ShardMap>(), started, cancel) is > 0 and var clients)
        {
            await app.DisposeAsync();
            throw new SettingsException($"{clients} clients of these databases are connected: stop the servers first.");
        }
        return await OpenAsync(app, folder, alone: true, shards, isBack: true, state => MakeRoom(folder, state, WayOf(EnginesOf(app), isBack: true)), cancel);
    }

    /// <summary>Begins, or goes on with what had begun.</summary>
    /// <exception cref="SettingsException">There is somebody else's instance, or half of another move.</exception>
    public async Task BeginAsync(CancellationToken cancel)
    {
        if (State.Way == Way)
        {
            return;
        }
        RequireNoOther();
        if (await move.HasAccountsFromAllShardsAsync(cancel))
        {
            throw new SettingsException($"{Engines.Map.Databases[0].Database.Name} holds an instance already: grow into empty databases.");
        }
        await move.EmptyFromAllShardsAsync(cancel);
        await changes.StartAsync(cancel);
        State.Begin(Way);
    }

    /// <exception cref="SettingsException">The first pass has not come to its end.</exception>
    public void RequireFirstPass()
    {
        if (State.Way != Way || !State.IsDone(FirstPass))
        {
            throw new SettingsException("run 'tintype grow' first, and let it come to its end.");
        }
    }

    /// <summary>Carries what people change meanwhile, until it is a second's worth.</summary>
    /// <returns>How many changes the last look found.</returns>
    public async Task<int> CatchUpAsync(CancellationToken cancel)
    {
        int carried;
        while ((carried = await changes.CarryAsync(move, NotesAtOnce, cancel)) > Few)
        {
        }
        await Growth.CarryObjectsAsync(null, cancel);
        return carried;
    }

    /// <summary>Carries every change; nobody makes new ones. When a kill came right after the folder was closed, there is nothing to carry.</summary>
    public async Task<int> CarryAllAsync(CancellationToken cancel)
    {
        if (DataFolder.IsGrown(Folder))
        {
            return 0;
        }
        var all = 0;
        while (await changes.CarryAsync(move, NotesAtOnce, cancel) is > 0 and var carried)
        {
            all += carried;
        }
        return all;
    }

    /// <summary>From here on the instance is on the servers.</summary>
    public async Task CloseAsync(CancellationToken cancel)
    {
        DataFolder.MarkGrown(Folder, $"the instance moved on {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC {Way}.");
        await changes.StopAsync(cancel);
        State.Forget();
    }

    /// <summary>Gives up a move that is not finished; the servers may be gone.</summary>
    /// <exception cref="SettingsException">The instance has left the folder already.</exception>
    public static async Task CancelAsync(string? data, CancellationToken cancel)
    {
        await using var app = await CommandApp.OpenAsync(data, settings =>
        {
            settings.Storage = new StorageSettings { Shards = ShardsOf(settings.Data) };
            settings.Objects = new ObjectSettings();
        });
        var folder = app.Services.GetRequiredService<Settings>().Data;
        using var moving = DataFolder.Moving(folder);
        await new ChangeLog(app.Services.GetRequiredService<ShardMap>()).StopAsync(cancel);
        GrowthState.Read(folder).Forget();
    }

    /// <summary>What an embedded database has besides rows.</summary>
    public Task IndexAsync(CancellationToken cancel) => move.IndexWordsAsync(cancel);

    /// <summary>From here on the instance is in the folder.</summary>
    public void Open()
    {
        DataFolder.UnmarkGrown(Folder);
        State.Forget();
    }

    public async ValueTask DisposeAsync()
    {
        await Embedded.Map.DisposeAsync();
        await app.DisposeAsync();
        foreach (var held in locks)
        {
            held.Dispose();
        }
    }

    private void RequireNoOther() => RequireNoOther(State);

    private static void RequireNoOther(GrowthState state)
    {
        if (state.Way.Length > 0)
        {
            throw new SettingsException($"this folder is half way {state.Way}. Go on with those settings, or give that up with 'tintype grow --cancel'.");
        }
    }

    private static Task<WebApplication> OpenEnginesAsync(string? data, Action<Settings> look) => CommandApp.OpenAsync(data, settings =>
    {
        if (settings.Storage.IsEmbedded)
        {
            throw new SettingsException("say where the servers are: set Tintype__Storage__AccountsServers__0, ContentServers and SocialServers, and Tintype__Objects__Store.");
        }
        look(settings);
    });

    private static async Task<GrowthHomes> OpenAsync(
        WebApplication app, string folder, bool alone, int shards, bool isBack, Action<GrowthState> prepare, CancellationToken cancel)
    {
        var locks = new List<DataFolder>();
        try
        {
            locks.Add(DataFolder.Moving(folder));
            if (alone)
            {
                locks.Add(DataFolder.Own(folder));
            }
            var state = GrowthState.Read(folder);
            prepare(state);
            var embedded = EmbeddedStorage.Open(Path.Combine(folder, Databases), shards);
            await new Migrator(embedded).MigrateAsync(cancel);
            await MovedTable.CheckAsync(embedded, cancel);
            return new GrowthHomes(folder, locks, app, embedded, state, isBack);
        }
        catch
        {
            locks.ForEach(held => held.Dispose());
            await app.DisposeAsync();
            throw;
        }
    }

    private static Home EnginesOf(WebApplication app) =>
        new("the servers", app.Services.GetRequiredService<ShardMap>(), app.Services.GetRequiredService<IObjectStore>());

    private static string WayOf(Home engines, bool isBack) =>
        $"{(isBack ? "back from" : "to")} {string.Join(", ", engines.Map.Databases.Select(one => one.Database.Name).Distinct())} and {engines.Objects.Name}";

    // Settings are read without waiting; this is one row of a file.
    private static int ShardsOf(string folder)
    {
        var databases = Path.Combine(folder, Databases);
        return File.Exists(Path.Combine(databases, "accounts.db"))
            ? Task.Run(() => Migrator.ShardsOfAsync(databases)).GetAwaiter().GetResult()
            : throw new SettingsException($"there is no embedded instance in {Path.GetFullPath(folder)}.");
    }

    private static void MakeRoom(string folder, GrowthState state, string way)
    {
        if (state.Way == way)
        {
            return;
        }
        RequireNoOther(state);
        var databases = Path.Combine(folder, Databases);
        if (Directory.Exists(databases))
        {
            if (!DataFolder.IsGrown(folder))
            {
                throw new SettingsException($"{Path.GetFullPath(databases)} holds an instance that has not moved away: choose another --data folder.");
            }
            Directory.Move(databases, $"{databases}-before-{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}");
        }
        // Half an instance must not be served.
        DataFolder.MarkGrown(folder, $"the instance is half way {way}.");
        state.Begin(way);
    }
}
