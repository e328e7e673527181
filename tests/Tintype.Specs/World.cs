using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Servers;
using Tintype.Specs.Backends;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs;

/// <summary>
/// The whole app in this process on a free loopback port, with an empty instance of its own in a temporary folder, and people in it.
/// One per spec class (IClassFixture) or per spec (await using). With TINTYPE_SPECS_CLUSTER the app is a running cluster instead.
/// </summary>
public sealed class World : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tintype-specs-").FullName;
    private readonly Dictionary<string, PersonInWorld> people = [];
    private readonly SemaphoreSlim gate = new(1, 1);
    private WorldDatabase? database;
    private readonly List<WebApplication> others = [];
    private SharedCluster? cluster;
    private bool isElsewhere;
    private WebApplication? app;
    private HttpClient? stranger;
    private string url = "";

    /// <summary>Rows in PostgreSQL whatever the run is on, so that several processes can share them.</summary>
    internal bool OnPostgres { get; init; }

    /// <summary>Called before the app is built: settings a spec needs different.</summary>
    internal Action<Settings>? Adjust { get; init; }

    internal Action<IServiceCollection>? Replace { get; init; }

    /// <summary>Where people knock, when that is not the app's own address: a gateway before it.</summary>
    internal string? Door { get; init; }

    public string Url => Here(url);

    public IServiceProvider Services => Here(app)!.Services;

    internal T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public Task<PersonInWorld> Alice => PersonAsync("alice");
    public Task<PersonInWorld> Bob => PersonAsync("bob");
    public Task<PersonInWorld> Carol => PersonAsync("carol");
    public Task<PersonInWorld> Dave => PersonAsync("dave");

    /// <summary>Somebody who is not signed in.</summary>
    public HttpClient Stranger => Here(stranger)!;

    /// <summary>For specs: where there is no such world, they are skipped. A fixture, which cannot be, makes one and initializes it.</summary>
    internal static async Task<World> StartAsync(Action<Settings>? adjust) => await StartAsync(new World { Adjust = adjust });

    private static async Task<World> StartAsync(World world)
    {
        await world.InitializeAsync();
        return world.Here(world);
    }

    public async ValueTask InitializeAsync()
    {
        isElsewhere = SharedCluster.IsNamed && (Adjust is not null || Replace is not null || OnPostgres);
        if (isElsewhere)
        {
            return;
        }
        cluster = await SharedCluster.EnterAsync();
        if (cluster is not null)
        {
            url = cluster.Url;
            // Beside the cluster: what a spec does to rows and caches from within goes through it.
            app = await TintypeApp.BuildAsync([$"--urls=http://127.0.0.1:{LoopbackPort.Take()}"], settings =>
            {
                (settings.Data, settings.Roles, settings.DrainSeconds) = (folder, "web", 0);
            }, services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)));
            await app.StartAsync();
            stranger = Client(null);
            return;
        }
        url = $"http://127.0.0.1:{LoopbackPort.Take()}";
        database = await WorldDatabase.MakeAsync(OnPostgres);
        await StartAppAsync(database);
    }

    /// <summary>Stops the app and starts it anew on the same data, as after an upgrade.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Stops the app; its data stays.</summary>
    public async Task StopAsync()
    {
        Assert.SkipWhen(isElsewhere || cluster is not null, "stops the app");
        await app!.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    public Task StartAgainAsync() => StartAppAsync(database!);

    private async Task StartAppAsync(WorldDatabase rows)
    {
        app = await BuildAsync(rows, url, Adjust);
        await app.StartAsync();
        stranger = Client(null);
    }

    /// <summary>One more process of the same network: on the same rows and photos, with settings of its own.</summary>
    internal async Task<WebApplication> StartAnotherAsync(string url, Action<Settings> adjust)
    {
        var another = await BuildAsync(Here(database)!, url, settings =>
        {
            Adjust?.Invoke(settings);
            adjust(settings);
        });
        others.Add(another);
        await another.StartAsync();
        return another;
    }

    private Task<WebApplication> BuildAsync(WorldDatabase rows, string url, Action<Settings>? adjust) =>
        TintypeApp.BuildAsync([$"--urls={url}"], settings =>
        {
            settings.Data = folder;
            rows.Set(settings);
            settings.RateLimits.Enabled = false;
            settings.DrainSeconds = 0;
            settings.Accounts.Argon2MemoryKiB = 256;
            settings.Jobs.PollSeconds = 0.05;
            adjust?.Invoke(settings);
        }, services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            Replace?.Invoke(services);
        });

    /// <summary>A person of that name, made at the first asking, with an app token of every scope.</summary>
    public async Task<PersonInWorld> PersonAsync(string name, bool isPrivate = false)
    {
        await gate.WaitAsync();
        try
        {
            return people.TryGetValue(name, out var known) ? known : people[name] = await NewPersonAsync(name, isPrivate);
        }
        finally
        {
            gate.Release();
        }
    }

    // Asked by specs themselves: what a fixture throws is no skip but a failure.
    private T Here<T>(T value)
    {
        Assert.SkipWhen(isElsewhere, "needs an instance with settings of its own");
        return value;
    }

    /// <summary>For specs of what happens in the process that answers: a running cluster has many.</summary>
    public void LooksInside() => Assert.SkipWhen(cluster is not null, "looks into the process that answers");

    /// <summary>For specs of what is answered at once, where a proxy may go on showing what it has for as long as it was told.</summary>
    public void AsksTheOrigin() => Assert.SkipWhen(cluster is not null, "asks without a proxy between");

    /// <summary>Waits until <paramref name="holds"/>; fails after <paramref name="seconds"/> saying what did not come true.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what, int seconds = 120)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until no job is waiting or at work, but for those that are due some other day.</summary>
    public Task JobsDone() => Until(async () =>
    {
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        var map = Get<Storage.Shards.ShardMap>();
        foreach (var partition in Enum.GetValues<Storage.Shards.Cluster>().SelectMany(map.PartitionsOf))
        {
            if ((await Get<OutboxTable>().CountAsync(partition)).Any(count => count.State == OutboxState.Ready && count.Kind != PhotoSweepDue.Kind && count.Oldest < tomorrow))
            {
                return false;
            }
        }
        return true;
    }, "all jobs done");

    /// <summary>
    /// A live post with one photo row, put straight into the tables: for specs that are not about uploading. Newer than the one before by whomever:
    /// ids of one millisecond stand in the order of their shards.
    /// </summary>
    public async Task<PostId> PostAsync(PersonInWorld author, string caption = "a photo", Visibility visibility = Visibility.Public, DateTimeOffset? at = null)
    {
        var now = at ?? TimeProvider.System.GetUtcNow();
        if (at is null)
        {
            await Task.Delay(2);
        }
        var ids = Get<IdGenerator>();
        var id = at is null ? ids.NextBeside<Post, Account>(author.Id) : new PostId(IdLayout.Compose(now, author.Id.Shard, Random.Shared.Next(1024)));
        await Get<PostTable>().AddLiveAsync(
            new Post { Id = id, AccountId = author.Id, Caption = caption, Visibility = visibility, State = PostState.Live, CreatedAt = now },
            [new Photo
            {
                Id = ids.NextBeside<Photo, Account>(author.Id), AccountId = author.Id, PostId = id, State = MediaState.Live, Secret = "00112233445566778899aabbccddeeff",
                Sha256 = "none", ContentType = "image/jpeg", Width = 1200, Height = 900, BlurHash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Description = "a description",
                RenditionPrefix = "none", CreatedAt = now,
            }]);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in others)
        {
            await other.StopAsync();
            await other.DisposeAsync();
        }
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        cluster?.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    internal HttpClient Client(string? bearer, string? url = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        var client = new HttpClient(cluster is null ? handler : new HeardFirst(Get<Storage.Shards.ShardMap>(), Get<Storage.Cache.Invalidations>(), handler)) { BaseAddress = new Uri(url ?? Door ?? Url), Timeout = TimeSpan.FromSeconds(60) };
        if (bearer is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }
        return client;
    }

    private async Task<PersonInWorld> NewPersonAsync(string name, bool isPrivate)
    {
        SharedCluster.Note(name);
        var now = TimeProvider.System.GetUtcNow();
        var id = Get<IdGenerator>().NextAnywhere<Account>();
        var taken = await Get<AccountTable>().CreateAsync(new Account
        {
            Id = id, Username = name, Email = $"{name}@example.org", DisplayName = char.ToUpperInvariant(name[0]) + name[1..], IsPrivate = isPrivate, BirthYear = 1990, CreatedAt = now,
        });
        Assert.Null(taken);
        if (cluster is not null)
        {
            await Get<Tintype.Cards.People>().ForgetAsync(id, name); // That there was nobody of this name.
        }
        var (bearer, token) = await Get<TokenTable>().IssueAsync(id.Shard, new AccessToken
        {
            Kind = TokenKind.OAuth, AccountId = id, Scopes = "read write follow push", CreatedAt = now, LastUsedAt = now,
        });
        return new PersonInWorld(id, name, bearer, token.Id, Client(bearer));
    }
}

/// <summary>Somebody in the <see cref="World"/>, with an HTTP client that speaks for them.</summary>
public sealed record PersonInWorld(AccountId Id, string Username, string Bearer, TokenId TokenId, HttpClient Http)
{
    /// <summary>GETs JSON; fails unless 200.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"GET {path}: {(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>POSTs JSON (or nothing); fails unless 2xx.</summary>
    public async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var response = await Http.PostAsync(path, body is null ? null : JsonContent.Create(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"POST {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async Task<HttpStatusCode> StatusOfGetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return response.StatusCode;
    }
}
