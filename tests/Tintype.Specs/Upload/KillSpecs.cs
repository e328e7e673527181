using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Tintype.Upload;
using Xunit;

namespace Tintype.Specs.Upload;

/// <summary>
/// What was acknowledged is there after kill -9 at any moment of uploading. TINTYPE_KILLS=50 tries fifty moments instead of five.
/// </summary>
public sealed class KillSpecs(ITestOutputHelper output) : IDisposable
{
    private const int Uploaders = 3;

    private readonly string data = Directory.CreateTempSubdirectory("tintype-kill-").FullName;
    private readonly ConcurrentDictionary<string, byte[]> photos = new();
    private readonly ConcurrentDictionary<string, string> posts = new();

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task Whenever_the_power_goes_every_acknowledged_upload_is_there_afterwards()
    {
        var (alice, bob) = await AliceAndHerFollowerAsync();
        var kills = int.Parse(Environment.GetEnvironmentVariable("TINTYPE_KILLS") ?? "5", CultureInfo.InvariantCulture);
        for (var round = 0; round < kills; round++)
        {
            await using var server = await ServerProcess.StartAsync(data);
            var uploading = Task.WhenAll(Enumerable.Range(0, Uploaders).Select(_ => UploadUntilItDiesAsync(server, alice)));
            await Task.Delay(Random.Shared.Next(200, 2500));
            await server.KillAsync();
            await uploading;
        }
        output.WriteLine($"{kills} kills, {photos.Count} photos and {posts.Count} posts acknowledged");
        Assert.NotEmpty(photos);

        await using (var server = await ServerProcess.StartAsync(data))
        {
            using var owner = Client(server, alice);
            using var follower = Client(server, bob);
            await AllPhotosAreThereAsync(owner);
            await AllPostsAreSeenAsync(owner, follower);
        }
        await NothingIsLeftOverAsync();
    }

    private async Task<(PersonInWorld Alice, PersonInWorld Bob)> AliceAndHerFollowerAsync()
    {
        await using var world = new World { Adjust = settings => settings.Data = data };
        await world.InitializeAsync();
        var (alice, bob) = (await world.Alice, await world.Bob);
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await world.JobsDone();
        return (alice, bob);
    }

    private async Task UploadUntilItDiesAsync(ServerProcess server, PersonInWorld alice)
    {
        using var http = Client(server, alice);
        var sender = alice with { Http = http };
        try
        {
            while (true)
            {
                var bytes = Samples.Jpeg();
                var (status, photo) = await sender.SendAsync(bytes, "/api/v2/media");
                Assert.Equal(HttpStatusCode.Accepted, status);
                photos[photo.Id()] = bytes;
                var post = await sender.PostAsync("/api/v1/statuses", new { status = "before the lights went out", media_ids = new[] { photo.Id() } });
                posts[post.Id()] = photo.Id();
            }
        }
        catch (Exception died) when (died is HttpRequestException or IOException)
        {
            // What was not acknowledged may be there or not.
            return;
        }
    }

    private async Task AllPhotosAreThereAsync(HttpClient owner)
    {
        foreach (var (id, bytes) in photos)
        {
            await World.Until(async () => (await owner.GetAsync($"/api/v1/media/{id}")).StatusCode == HttpStatusCode.OK, $"photo {id} is ready");
            Assert.Equal(bytes, await owner.GetByteArrayAsync($"/media/{id}/original"));
        }
    }

    private async Task AllPostsAreSeenAsync(HttpClient owner, HttpClient follower)
    {
        foreach (var viewer in new[] { owner, follower })
        {
            await World.Until(async () => posts.Keys.Except(await HomeOfAsync(viewer)).ToList() is [], "every post is in the home feed");
            foreach (var id in posts.Keys)
            {
                var status = JsonDocument.Parse(await viewer.GetStringAsync($"/api/v1/statuses/{id}")).RootElement;
                var url = status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!;
                Assert.NotEmpty(await viewer.GetByteArrayAsync(new Uri(url).PathAndQuery));
            }
        }
    }

    private static async Task<HashSet<string>> HomeOfAsync(HttpClient viewer)
    {
        var ids = new HashSet<string>();
        var next = "/api/v1/timelines/home?limit=40";
        while (next is not null)
        {
            var page = JsonDocument.Parse(await viewer.GetStringAsync(next)).RootElement.EnumerateArray().Select(status => status.Id()).ToList();
            ids.UnionWith(page);
            next = page.Count > 0 ? $"/api/v1/timelines/home?limit=40&max_id={page[^1]}" : null;
        }
        return ids;
    }

    /// <summary>Every row has its bytes; after a sweep, every object has its row.</summary>
    private async Task NothingIsLeftOverAsync()
    {
        await using var world = new World { Adjust = settings => (settings.Data, settings.Upload.SweepAfterHours) = (data, 0) };
        await world.InitializeAsync();
        await world.JobsDone();
        var objects = world.Get<IObjectStore>();
        var rows = await RowsAsync(world);
        foreach (var row in rows)
        {
            Assert.NotNull(await objects.FindAsync(PhotoKeys.Original(row.RenditionPrefix!), default));
            Assert.Equal(MediaState.Live, row.State);
            Assert.NotNull(await objects.FindAsync(PhotoKeys.Rendition(row.RenditionPrefix!, "320.webp"), default));
        }
        var before = await objects.ListAsync(PhotoKeys.Photos, default).CountAsync();

        await world.Get<SweepPhotos>().RunAsync(new PhotoSweepDue(default), default);

        var prefixes = (await RowsAsync(world)).Select(row => row.RenditionPrefix).ToHashSet();
        var left = await objects.ListAsync(PhotoKeys.Photos, default).ToListAsync();
        output.WriteLine($"{rows.Count} rows, {before} objects, {before - left.Count} swept");
        Assert.All(left, found => Assert.Contains(PhotoKeys.Read(found.Key)!.Value.Prefix, prefixes));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(data, "objects", ".staging")));
    }

    private static Task<IReadOnlyList<Photo>> RowsAsync(World world) =>
        world.Get<ShardRouter>().ReadFromAllShardsAsync(Cluster.Content, session =>
            session.QueryAsync<Photo>($"SELECT {MediaTable.Columns} FROM $media"));

    private static HttpClient Client(ServerProcess server, PersonInWorld person) => new()
    {
        BaseAddress = new Uri(server.Url),
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", person.Bearer) },
    };
}
