using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

/// <summary>What is refused, with which status, and that the answer says why. docs/upload.md has the same table.</summary>
public sealed class BadInputSpecs(BadInputSpecs.SmallLimits limits) : IClassFixture<BadInputSpecs.SmallLimits>
{
    /// <summary>A world in which a photo has at most 1 MB and 4 megapixels.</summary>
    public sealed class SmallLimits : IAsyncLifetime
    {
        public World World { get; } = new()
        {
            Adjust = settings => (settings.Upload.MaxBytes, settings.Upload.MaxPixels) = (1_000_000, 4_000_000),
        };

        public ValueTask InitializeAsync() => World.InitializeAsync();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    private readonly World world = limits.World;

    [Theory]
    [InlineData("nothing at all", "empty")]
    [InlineData("words", "not a photo")]
    [InlineData("a page", "a web page")]
    [InlineData("a drawing", "a drawing (SVG)")]
    [InlineData("a header that breaks off", "damaged")]
    [InlineData("a bomb", "megapixels")]
    [InlineData("a photo of too many pixels", "2500 x 2000")]
    public async Task What_is_no_photo_or_too_large_a_one_is_refused_with_the_reason(string sent, string reason)
    {
        byte[] bytes = sent switch
        {
            "nothing at all" => [],
            "words" => "some words that are no photo at all"u8.ToArray(),
            "a page" => "<!doctype html><script>alert(document.domain)</script>"u8.ToArray(),
            "a drawing" => "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(),
            "a header that breaks off" => Samples.Jpeg()[..30],
            "a bomb" => Samples.PngClaiming(60_000, 60_000),
            _ => Samples.PngClaiming(2500, 2000),
        };
        foreach (var path in new[] { "/api/v1/media", "/api/v2/media" })
        {
            var (status, json) = await (await world.Alice).SendAsync(bytes, path);

            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            Assert.Contains(reason, json.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_whether_it_says_its_length_or_not()
    {
        var alice = await world.Alice;
        var (status, json) = await alice.SendAsync(new byte[1_000_001]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("The file is larger than 1 MB.", json.GetProperty("error").GetString());

        using var form = new MultipartFormDataContent { { new StreamContent(new MemoryStream(new byte[1_500_000])), "file", "big.jpg" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/media") { Content = form, Headers = { TransferEncodingChunked = true } };
        using var response = await alice.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_photo_that_turns_out_to_be_broken_fails_visibly_and_cannot_be_posted()
    {
        var bob = await world.Bob;
        var broken = Samples.Png();
        Random.Shared.NextBytes(broken.AsSpan(500));

        var (status, queued) = await bob.SendAsync(broken, "/api/v2/media");

        Assert.Equal(HttpStatusCode.Accepted, status);
        await World.Until(async () => await bob.StatusOfGetAsync($"/api/v1/media/{queued.Id()}") == HttpStatusCode.UnprocessableEntity, "the photo failed");
        var (posted, why) = await bob.Http.RefusedAsync(HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(new { media_ids = new[] { queued.Id() } }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, posted);
        Assert.Contains("Photo 1 cannot be posted. The file is ", why, StringComparison.Ordinal);

        // Trying again is possible, and tells the same.
        await bob.PostAsync($"/api/v1/media/{queued.Id()}/retry");
        await World.Until(async () => await bob.StatusOfGetAsync($"/api/v1/media/{queued.Id()}") == HttpStatusCode.UnprocessableEntity, "it failed again");

        // The worker lives.
        await bob.UploadAsync();
    }

    [Theory]
    [InlineData("no form")]
    [InlineData("a form without a file")]
    public async Task An_upload_without_a_file_says_what_is_missing(string kind)
    {
        using HttpContent body = kind == "no form" ? JsonContent.Create(new { file = "x" }) : new MultipartFormDataContent { { new StringContent("x"), "description" } };

        var (status, error) = await (await world.Alice).Http.RefusedAsync(HttpMethod.Post, "/api/v2/media", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("\"file\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_a_bad_request()
    {
        using var body = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\nhalf of a pho", Encoding.ASCII);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        Assert.Equal(HttpStatusCode.BadRequest, (await (await world.Alice).Http.RefusedAsync(HttpMethod.Post, "/api/v2/media", body)).Status);
    }

    [Fact]
    public async Task A_post_needs_one_to_ten_free_photos_of_its_author()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var mine = await alice.UploadAsync();
        var used = (await alice.UploadAndPostAsync()).GetProperty("media_attachments")[0].Id();

        Assert.Contains("needs a photo", await RefusedPostAsync(alice), StringComparison.Ordinal);
        Assert.Contains("at most 10", await RefusedPostAsync(alice, [.. Enumerable.Range(1, 11).Select(id => id.ToString())]), StringComparison.Ordinal);
        Assert.Contains("not one of yours", await RefusedPostAsync(bob, mine), StringComparison.Ordinal);
        Assert.Contains("not one of yours", await RefusedPostAsync(alice, "12345"), StringComparison.Ordinal);
        Assert.Contains("not one of yours", await RefusedPostAsync(alice, "9223372036854775807"), StringComparison.Ordinal);
        Assert.Contains("not one of yours", await RefusedPostAsync(alice, "x"), StringComparison.Ordinal);
        Assert.Contains("in a post already", await RefusedPostAsync(alice, used), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_beyond_their_bounds_are_refused()
    {
        var alice = await world.Alice;
        var photo = await alice.UploadAsync();

        Assert.Contains("2,200", await RefusedPostAsync(alice, [photo], text: new string('x', 2201)), StringComparison.Ordinal);
        Assert.Contains("1500", (await alice.Http.RefusedAsync(HttpMethod.Put, $"/api/v1/media/{photo}", JsonContent.Create(new { description = new string('x', 1501) }))).Error, StringComparison.Ordinal);
        Assert.Contains("Nobody here is called zoe", (await alice.Http.RefusedAsync(
            HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(new { media_ids = new[] { photo }, tagged = new[] { "zoe" } }))).Error, StringComparison.Ordinal);
        // 2,200 of anything is fine, counted as people count.
        await alice.PostAsync("/api/v1/statuses", new { status = string.Concat(Enumerable.Repeat("\U0001F4F7", 2200)), media_ids = new[] { photo } });
    }

    private static async Task<string> RefusedPostAsync(PersonInWorld person, params string[] photos) => await RefusedPostAsync(person, photos, "words");

    private static async Task<string> RefusedPostAsync(PersonInWorld person, string[] photos, string text)
    {
        var (status, error) = await person.Http.RefusedAsync(HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(new { status = text, media_ids = photos }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        return error;
    }
}
