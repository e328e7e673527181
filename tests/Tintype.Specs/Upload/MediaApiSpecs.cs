using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class MediaApiSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task The_old_upload_answers_when_the_photo_is_ready()
    {
        var (status, json) = await (await world.Alice).SendAsync(Samples.Jpeg(1600, 1200), description: "four colours", focus: "0.5,-0.25");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("image", json.GetProperty("type").GetString());
        Assert.StartsWith(world.Url, json.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("four colours", json.GetProperty("description").GetString());
        Assert.Equal(28, json.GetProperty("blurhash").GetString()!.Length);
        Assert.Equal(1600, json.GetProperty("meta").GetProperty("original").GetProperty("width").GetInt32());
        Assert.Equal(0.5, json.GetProperty("meta").GetProperty("focus").GetProperty("x").GetDouble());
        Assert.Equal(-0.25, json.GetProperty("meta").GetProperty("focus").GetProperty("y").GetDouble());
    }

    [Fact]
    public async Task The_new_upload_answers_at_once_and_the_photo_gets_its_address_later()
    {
        var bob = await world.Bob;
        var (status, json) = await bob.SendAsync(Samples.Jpeg(1601, 1200), "/api/v2/media");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("url").ValueKind);
        await World.Until(async () => await bob.StatusOfGetAsync($"/api/v1/media/{json.Id()}") == HttpStatusCode.OK, "the photo is ready");
        Assert.NotNull((await bob.GetAsync($"/api/v1/media/{json.Id()}")).GetProperty("url").GetString());
    }

    [Fact]
    public async Task The_same_bytes_are_stored_once_and_are_ready_at_once()
    {
        var carol = await world.Carol;
        var bytes = Samples.Jpeg(900, 700);
        var first = await carol.UploadAsync(bytes);

        var (status, second) = await carol.SendAsync(bytes, "/api/v2/media");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(first, second.Id());
        var objects = world.Get<Tintype.Storage.Objects.IObjectStore>().ListAsync($"photos/{carol.Id}", default);
        Assert.Equal(1, await objects.CountAsync(found => found.Key.Value.EndsWith("/original", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_photo_can_be_described_afterwards_and_its_focus_moved()
    {
        var alice = await world.Alice;
        var id = await alice.UploadAsync();

        using var response = await alice.Http.PutAsync($"/api/v1/media/{id}?description=from+the+query", JsonContent.Create(new { focus = "2,0.1" }));

        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("from the query", json.GetProperty("description").GetString());
        Assert.Equal(1, json.GetProperty("meta").GetProperty("focus").GetProperty("x").GetDouble());
    }

    [Fact]
    public async Task A_photo_that_is_in_no_post_can_be_deleted()
    {
        var alice = await world.Alice;
        var id = await alice.UploadAsync();

        Assert.Equal(HttpStatusCode.OK, (await alice.Http.DeleteAsync($"/api/v1/media/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await alice.StatusOfGetAsync($"/api/v1/media/{id}"));
    }

    [Fact]
    public async Task Anothers_photo_is_not_there()
    {
        var id = await (await world.Alice).UploadAsync();
        var bob = await world.Bob;

        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync($"/api/v1/media/{id}"));
        Assert.Equal(HttpStatusCode.NotFound, (await bob.Http.RefusedAsync(HttpMethod.Put, $"/api/v1/media/{id}?description=mine")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.Http.RefusedAsync(HttpMethod.Delete, $"/api/v1/media/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.Http.RefusedAsync(HttpMethod.Post, $"/api/v1/media/{id}/retry")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Stranger.RefusedAsync(HttpMethod.Get, $"/api/v1/media/{id}")).Status);
    }
}
