using System.Net;
using System.Text.Json;
using Tintype.Servers;
using Tintype.Specs.Backends;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

/// <summary>The object store goes away under a running site, and comes back.</summary>
public sealed class ObjectStoreDownSpecs : IAsyncLifetime
{
    private CephServer ceph = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        ceph = await CephServer.StartAsync();
        world = await World.StartAsync(settings =>
        {
            S3World.OnCeph(settings.Objects, ceph);
            settings.Objects.PatienceSeconds = 2;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        await ceph.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_uploads_or_looks_is_told_to_come_back_and_nothing_acknowledged_is_lost(bool killed)
    {
        var alice = await world.Alice;
        var address = await PostedAsync(alice);
        // Acknowledged, and its renditions are not made yet.
        var (_, acknowledged) = await alice.SendAsync(Samples.Jpeg(2000, 1500), "/api/v2/media");

        await (killed ? ceph.Process.KillAsync() : ceph.Process.PauseAsync());

        using var refused = await alice.Http.PostAsync("/api/v2/media", Form(Samples.Jpeg(700, 500)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.NotEmpty(JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString()!);
        using var look = await world.Stranger.GetAsync(address);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, look.StatusCode);
        Assert.True(look.Headers.CacheControl!.NoStore);
        Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync("/api/v1/timelines/home"));

        await World.Until(async () => (await ReadyAsync("upload"), await ReadyAsync("media"), await ReadyAsync("feed")) is ((false, var said), (false, _), (true, _))
            && said.Contains("object store", StringComparison.Ordinal), "upload and media say that they are not ready, feed says that it is");

        await (killed ? ceph.StartAgainAsync() : ceph.Process.ResumeAsync());

        await World.Until(async () => (await world.Stranger.GetAsync(address)).IsSuccessStatusCode, "photos are served again");
        await World.Until(
            async () => await alice.StatusOfGetAsync($"/api/v1/media/{acknowledged.Id()}") == HttpStatusCode.OK, "the acknowledged photo is made ready", seconds: 60);
        await PostedAsync(alice);
    }

    private async Task<(bool IsReady, string Said)> ReadyAsync(string role)
    {
        using var answer = await world.Stranger.GetAsync($"/healthz/ready/{role}");
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> PostedAsync(PersonInWorld person) =>
        new Uri((await person.UploadAndPostAsync()).GetProperty("media_attachments")[0].GetProperty("url").GetString()!).PathAndQuery;

    private static MultipartFormDataContent Form(byte[] photo) => new() { { new ByteArrayContent(photo), "file", "photo.jpg" } };
}
