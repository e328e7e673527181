using System.Net;
using System.Net.Http.Headers;
using Tintype.Specs.Backends;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Specs.Media;

/// <summary>Handing photos out, whatever store they are in.</summary>
public abstract class ServingContract(World world)
{
    [Theory]
    [InlineData("320.webp", "image/webp")]
    [InlineData("1080.jpg", "image/jpeg")]
    public async Task A_photo_is_served_to_be_kept_for_ever(string file, string type)
    {
        var address = await AddressAsync(await world.Alice, file);
        var proxies = world.Get<Settings>().Proxies;

        using var response = await world.Stranger.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            $"public, max-age=31536000, s-maxage={proxies.PictureSeconds}, stale-while-revalidate={proxies.StaleSeconds}, stale-if-error={proxies.OutageSeconds}, immutable",
            response.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(["red", "green", "white", "blue"], Samples.Read(await response.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        var address = await AddressAsync(await world.Alice, "640.jpg");
        using var first = await world.Stranger.GetAsync(address);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        using var second = await world.Stranger.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task A_part_a_tail_and_the_head_alone_can_be_asked_for()
    {
        var address = await AddressAsync(await world.Alice, "640.jpg");
        var whole = await world.Stranger.GetByteArrayAsync(address);

        Assert.Equal(whole[10..20], await PartAsync(address, new RangeHeaderValue(10, 19)));
        Assert.Equal(whole[^5..], await PartAsync(address, new RangeHeaderValue(null, 5)));
        Assert.Equal(whole[100..], await PartAsync(address, new RangeHeaderValue(100, 100_000_000)));
        using var beyond = await RangeAsync(address, new RangeHeaderValue(100_000_000, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

        using var head = await world.Stranger.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));
        Assert.Equal(whole.Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Nothing_can_be_guessed_or_listed()
    {
        var address = await AddressAsync(await world.Alice, "640.jpg");
        var id = address.Split('/', '-')[2];
        var secret = address.Split('/', '-')[3];

        foreach (var wrong in new[]
        {
            $"/media/{id}-{secret[1..]}0/640.jpg", $"/media/{id}-/640.jpg", $"/media/{id}/640.jpg", $"/media/{id}-{secret}/641.jpg", $"/media/{id}-{secret}/original",
            $"/media/{id}-{secret}/..%2f640.jpg", $"/media/1-{secret}/640.jpg", $"/media/9223372036854775807-{secret}/640.jpg", $"/media/{id}-{secret}", $"/media/{id}-{secret}/", "/media", "/media/",
        })
        {
            using var response = await world.Stranger.GetAsync(wrong);
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Redirect or HttpStatusCode.Found, $"{wrong}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task A_private_accounts_photo_needs_the_signature_that_its_viewers_are_given()
    {
        var eve = await world.PersonAsync("eve", isPrivate: true);
        var address = await AddressAsync(eve, "640.jpg");
        var (path, query) = (address.Split('?')[0], address.Split('?')[1]);

        using var signed = await world.Stranger.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, signed.StatusCode);
        Assert.True(signed.Headers.CacheControl!.Private);
        Assert.InRange(signed.Headers.CacheControl.MaxAge!.Value.TotalHours, 0, 2);

        var later = $"?e={long.Parse(query.Split('&', '=')[1]) + 3600}&{query.Split('&')[1]}";
        foreach (var wrong in new[] { path, path + "?e=1&s=x", path + later, path + "?" + query[..^1] + (query[^1] == 'A' ? 'B' : 'A') })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.GetAsync(wrong)).StatusCode);
        }
    }

    [Fact]
    public async Task A_deleted_posts_photo_is_gone_at_once()
    {
        world.AsksTheOrigin();
        var alice = await world.Alice;
        var status = await alice.UploadAndPostAsync();
        var address = Path(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await world.Stranger.GetAsync(address)).StatusCode);

        await alice.Http.DeleteAsync($"/api/v1/statuses/{status.Id()}");

        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task The_original_is_for_its_owner_to_download()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var bytes = Samples.CameraJpeg();
        var id = await alice.UploadAsync(bytes);

        using var mine = await alice.Http.GetAsync($"/media/{id}/original");
        Assert.Equal(bytes, await mine.Content.ReadAsByteArrayAsync());
        Assert.Equal($"tintype-2021-07-04-{id}.jpg", mine.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal("attachment", mine.Content.Headers.ContentDisposition.DispositionType);

        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync($"/media/{id}/original"));
        Assert.NotEqual(HttpStatusCode.OK, (await world.Stranger.GetAsync($"/media/{id}/original")).StatusCode);
    }

    [Fact]
    public async Task Who_has_no_avatar_gets_an_initial_on_a_colour()
    {
        using var response = await world.Stranger.GetAsync("/avatars/letter/alice.svg");

        Assert.Equal("image/svg+xml", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(">A</text>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_avatar_is_served_square()
    {
        var alice = await world.Alice;
        using var body = new MemoryStream(Samples.Jpeg(500, 300));
        using var staged = await world.Get<IObjectStore>().Staging.StageAsync(body, 1_000_000, default);
        var avatar = await world.Get<Tintype.Cards.PhotoIntake>().KeepAvatarAsync(staged!, alice.Id, default);
        var address = $"/avatars/{avatar.Id}-{avatar.Secret}/160.webp";

        await World.Until(async () => (await world.Stranger.GetAsync(address)).Content.Headers.ContentType!.MediaType == "image/webp", "the avatar is ready");

        using var image = NetVips.Image.NewFromBuffer(await world.Stranger.GetByteArrayAsync(address));
        Assert.Equal((160, 160), (image.Width, image.Height));
    }

    private static async Task<string> AddressAsync(PersonInWorld owner, string file)
    {
        var status = await owner.UploadAndPostAsync(bytes: Samples.Jpeg(1200, 900));
        return Path(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!).Replace("1080.jpg", file, StringComparison.Ordinal);
    }

    private static string Path(string url) => new Uri(url).PathAndQuery;

    private async Task<byte[]> PartAsync(string address, RangeHeaderValue range)
    {
        using var response = await RangeAsync(address, range);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpResponseMessage> RangeAsync(string address, RangeHeaderValue range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = range } };
        return await world.Stranger.SendAsync(request);
    }
}

public sealed class ServingSpecs(World world) : ServingContract(world), IClassFixture<World>;

public sealed class ServingFromS3Specs(S3World world) : ServingContract(world.World), IClassFixture<S3World>;

public sealed class ServingFromAzureSpecs(AzureWorld world) : ServingContract(world.World), IClassFixture<AzureWorld>;
