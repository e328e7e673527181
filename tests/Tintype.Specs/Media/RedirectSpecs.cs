using System.Net;
using Tintype.Servers;
using Tintype.Specs.Backends;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Media;

/// <summary>Objects:Delivery=redirect: the store itself hands photos out, to whom the media role sends there.</summary>
public abstract class RedirectContract(ObjectWorld on)
{
    private readonly World world = on.World;

    [Fact]
    public async Task A_photo_is_fetched_from_the_store_under_an_address_of_its_own()
    {
        var address = await AddressAsync(await world.Alice);

        using var sent = await world.Stranger.GetAsync(address);

        Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
        Assert.Equal("max-age=300, private", Said(sent));
        using var got = await new HttpClient().GetAsync(sent.Headers.Location);
        Assert.Equal("image/jpeg", got.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["red", "green", "white", "blue"], Samples.Read(await got.Content.ReadAsByteArrayAsync()));
        Assert.Contains("immutable", Said(got), StringComparison.Ordinal);
        using var unsigned = await new HttpClient().GetAsync(sent.Headers.Location!.GetLeftPart(UriPartial.Path));
        Assert.False(unsigned.IsSuccessStatusCode, "the bucket is public");
    }

    [Fact]
    public async Task Who_asks_for_the_head_alone_is_answered_here()
    {
        using var head = await world.Stranger.SendAsync(new HttpRequestMessage(HttpMethod.Head, await AddressAsync(await world.Alice)));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
    }

    [Fact]
    public async Task A_private_accounts_photo_needs_our_signature_first_and_is_kept_by_its_viewer_alone()
    {
        var address = await AddressAsync(await world.PersonAsync("eve", isPrivate: true));

        using var unsigned = await world.Stranger.GetAsync(address.Split('?')[0]);
        using var signed = await world.Stranger.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, unsigned.StatusCode);
        Assert.Equal(HttpStatusCode.Found, signed.StatusCode);
        using var got = await new HttpClient().GetAsync(signed.Headers.Location);
        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.True(got.Headers.CacheControl!.Private);
        Assert.InRange(got.Headers.CacheControl.MaxAge!.Value.TotalHours, 0, 2);
    }

    [Fact]
    public async Task An_original_comes_as_a_download_and_nobody_keeps_the_way_to_it()
    {
        var alice = await world.Alice;
        var bytes = Samples.CameraJpeg();
        var id = await alice.UploadAsync(bytes);

        using var sent = await alice.Http.GetAsync($"/media/{id}/original");

        Assert.Equal("no-store, private", Said(sent));
        using var got = await new HttpClient().GetAsync(sent.Headers.Location);
        Assert.Equal("attachment", got.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Pages_may_load_pictures_from_the_store()
    {
        using var sent = await world.Stranger.GetAsync(await AddressAsync(await world.Alice));
        using var page = await world.Stranger.GetAsync("/@alice");

        Assert.Contains($"img-src 'self' data: blob: {sent.Headers.Location!.GetLeftPart(UriPartial.Authority)};", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private static string Said(HttpResponseMessage response) => response.Headers.CacheControl!.ToString();

    private static async Task<string> AddressAsync(PersonInWorld owner) =>
        new Uri((await owner.UploadAndPostAsync(bytes: Samples.Jpeg(1200, 900))).GetProperty("media_attachments")[0].GetProperty("url").GetString()!).PathAndQuery;
}

public sealed class RedirectToS3Specs(RedirectToS3Specs.Redirecting world) : RedirectContract(world), IClassFixture<RedirectToS3Specs.Redirecting>
{
    public sealed class Redirecting : S3World
    {
        private protected override async Task<Action<ObjectSettings>> StoreAsync() => await base.StoreAsync() + (objects => objects.Delivery = Delivery.Redirect);
    }
}

public sealed class RedirectToAzureSpecs(RedirectToAzureSpecs.Redirecting world) : RedirectContract(world), IClassFixture<RedirectToAzureSpecs.Redirecting>
{
    public sealed class Redirecting : AzureWorld
    {
        private protected override async Task<Action<ObjectSettings>> StoreAsync() => await base.StoreAsync() + (objects => objects.Delivery = Delivery.Redirect);
    }
}
