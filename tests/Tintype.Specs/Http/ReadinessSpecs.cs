using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Http;
using Tintype.Servers;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class ReadinessSpecs
{
    [Fact]
    public async Task A_lost_database_is_named_by_the_roles_that_need_it_and_by_no_other()
    {
        await using var server = await PostgresServer.StartAsync();
        var connection = await server.CreateDatabaseAsync("content") + ";Timeout=2";
        await using var world = await WithContentOnAsync("ready_beside_lost", connection);
        await world.InitializeAsync();
        Assert.Equal("ready\n", await world.Stranger.GetStringAsync("/healthz/ready"));

        await server.Process.KillAsync();
        await World.Until(async () => (await AskAsync(world, "feed")).Status == HttpStatusCode.ServiceUnavailable, "feed is not ready");

        Assert.StartsWith("not ready: content database", (await AskAsync(world, "feed")).Text, StringComparison.Ordinal);
        Assert.Contains(server.Host, (await AskAsync(world, "media")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, "accounts")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, "web")).Status);

        await server.StartAgainAsync();
        await World.Until(async () => (await AskAsync(world, "feed")).Status == HttpStatusCode.OK, "feed is ready again", 60);
    }

    [Fact]
    public async Task One_of_two_servers_lost_is_a_worse_day_and_not_the_end()
    {
        await using var server = await PostgresServer.StartAsync();
        var second = await server.CreateDatabaseAsync("second") + ";Timeout=2";
        var first = await (await PostgresServer.Shared).CreateDatabaseAsync("first_of_two");
        await using var world = await WithContentOnAsync("ready_beside_two", first, second);
        await world.InitializeAsync();

        await server.Process.KillAsync();
        await World.Until(async () => (await AskAsync(world, "feed")).Text.Contains("degraded", StringComparison.Ordinal), "feed says so");

        var (status, text) = await AskAsync(world, "feed");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith($"ready\ndegraded: content database", text, StringComparison.Ordinal);
        await server.StartAgainAsync();
    }

    [Fact]
    public async Task A_lost_object_store_stops_uploads_and_photos_and_a_lost_comfort_nothing()
    {
        await using var world = new World
        {
            Replace = services =>
            {
                services.AddSingleton<IObjectStore, LostStore>();
                services.AddSingleton(new Comfort(_ => Task.FromResult<string?>("the weather: rain")));
            },
        };
        await world.InitializeAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: object store: The object store the attic does not answer: the disk is gone\ndegraded: the weather: rain\n"), await AskAsync(world, "upload"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(world, "media")).Status);
        Assert.Equal((HttpStatusCode.OK, "ready\ndegraded: the weather: rain\n"), await AskAsync(world, "feed"));
    }

    [Fact]
    public async Task Who_starts_before_the_databases_waits_for_them()
    {
        await using var late = await PostgresServer.StartAsync();
        var database = await late.CreateDatabaseAsync("late");
        await late.Process.StopAsync();
        await using var world = new World
        {
            OnPostgres = true,
            Adjust = settings =>
            {
                settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = [database];
                settings.Storage.FailoverSeconds = 0;
            },
        };

        Task starting;
        using (var door = new TcpListener(IPEndPoint.Parse(late.Host)))
        {
            door.Start();
            starting = world.InitializeAsync().AsTask();
            using var turnedAway = await door.AcceptTcpClientAsync();
        }
        await late.StartAgainAsync();
        await starting;

        Assert.Equal((HttpStatusCode.OK, "ready\n"), await AskAsync(world, "feed"));
    }

    /// <summary>Databases of its own, all empty: where shards are already, they stay.</summary>
    private static async Task<World> WithContentOnAsync(string rest, params string[] content)
    {
        var others = await (await PostgresServer.Shared).CreateDatabaseAsync(rest);
        return new World
        {
            OnPostgres = true,
            Adjust = settings => (settings.Storage.AccountsServers, settings.Storage.ContentServers, settings.Storage.SocialServers) = ([others], content, [others]),
        };
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(World world, string role)
    {
        using var answer = await world.Stranger.GetAsync($"/healthz/ready/{role}");
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class LostStore : IObjectStore
    {
        public string Name => "the attic";
        public StagingFolder Staging => throw Gone();
        public Task CheckAsync(CancellationToken cancel) => throw Gone();
        public Task KeepAsync(StagedObject staged, ObjectKey key, CancellationToken cancel) => throw Gone();
        public Task PutAsync(ObjectKey key, byte[] content, CancellationToken cancel) => throw Gone();
        public Task<ObjectInfo?> FindAsync(ObjectKey key, CancellationToken cancel) => throw Gone();
        public Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancel) => throw Gone();
        public Task DeleteAsync(ObjectKey key, CancellationToken cancel) => throw Gone();
        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel) => throw Gone();
        public Task<Uri?> AddressAsync(ObjectKey key, SignedRead read, CancellationToken cancel) => throw Gone();

        private static ObjectStoreDownException Gone() => new("the attic", new IOException("the disk is gone"));
    }
}
