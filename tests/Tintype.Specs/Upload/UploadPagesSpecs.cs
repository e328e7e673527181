using System.Net;
using System.Text.Json;
using Tintype.Http;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class UploadPagesSpecs(World world) : IClassFixture<World>
{
    private static readonly (string, string) WantsJson = ("Accept", "application/json");

    [Fact]
    public async Task Without_scripts_one_form_carries_the_photos_and_the_words()
    {
        var alice = await world.Alice;
        using var browser = await BrowserOf.SignInAsync(world, alice);
        using var form = Form(browser, ("caption", "two at once #form"), ("place", "Bern"));
        form.Add(new ByteArrayContent(Samples.Jpeg()), "photos", "a.jpg");
        form.Add(new ByteArrayContent(Samples.Png()), "photos", "b.png");

        using var answer = await browser.SendAsync(HttpMethod.Post, "/new", form);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        await World.Until(async () => (await HomeAsync(alice)).Any(status => status.GetProperty("content").GetString()!.Contains("two at once", StringComparison.Ordinal)), "the post is live");
        var status = (await HomeAsync(alice)).First(status => status.GetProperty("content").GetString()!.Contains("two at once", StringComparison.Ordinal));
        Assert.Equal(2, status.GetProperty("media_attachments").GetArrayLength());
        Assert.Equal("Bern", status.GetProperty("place").GetProperty("name").GetString());
    }

    [Fact]
    public async Task With_scripts_photos_go_up_one_by_one_and_the_form_names_them()
    {
        var bob = await world.Bob;
        using var browser = await BrowserOf.SignInAsync(world, bob);
        var photo = await TakeAsync(browser, Samples.CameraJpeg());
        Assert.Equal("47.375° N, 8.550° W", photo.GetProperty("suggestedPlace").GetString());

        using var answer = await browser.SendAsync(HttpMethod.Post, "/new", new FormUrlEncodedContent(
        [
            new("mediaId", photo.Id()), new("alt", "four colours"), new("caption", "by script"), new("place", "By the river"), new("tagged", ""),
        ]), WantsJson, (Antiforgery.Header, browser.Token), ("Idempotency-Key", "once"));

        var post = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal($"/@bob/{post.Id()}", post.GetProperty("url").GetString());
        await World.Until(async () => await StateAsync(browser, photo.Id()) == "live", "the photo is live");
        Assert.Equal("four colours", (await bob.GetAsync($"/api/v1/statuses/{post.Id()}")).GetProperty("media_attachments")[0].GetProperty("description").GetString());

        // The next photo from there is suggested the name the last one got.
        var next = await TakeAsync(browser, Samples.CameraJpeg(width: 640, height: 480));
        Assert.Equal("By the river", next.GetProperty("suggestedPlace").GetString());
    }

    [Fact]
    public async Task A_form_that_did_not_come_from_here_is_not_believed()
    {
        using var browser = await BrowserOf.SignInAsync(world, await world.Alice);
        using var photos = new MultipartFormDataContent { { new ByteArrayContent(Samples.Jpeg()), "photos", "a.jpg" } };
        using var wrong = new MultipartFormDataContent { { new StringContent("made up"), Antiforgery.Field }, { new ByteArrayContent(Samples.Jpeg()), "photos", "a.jpg" } };
        using var file = new MultipartFormDataContent { { new StringContent(browser.Token), Antiforgery.Field }, { new ByteArrayContent(Samples.Jpeg()), "file", "a.jpg" } };

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/new", photos)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/new", wrong)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/new", new FormUrlEncodedContent([new("caption", "x")]))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/new/media", file)).StatusCode);
    }

    [Theory]
    [InlineData(0, "Choose at least one photo.")]
    [InlineData(11, "A post has at most 10 photos.")]
    public async Task Too_few_or_too_many_photos_bring_the_form_back_with_the_words(int count, string message)
    {
        using var browser = await BrowserOf.SignInAsync(world, await world.Carol);
        using var form = Form(browser, ("caption", "what I wrote"));
        for (var photo = 0; photo < count; photo++)
        {
            form.Add(new ByteArrayContent(Samples.Png(40, 30)), "photos", $"{photo}.png");
        }

        using var answer = await browser.SendAsync(HttpMethod.Post, "/new", form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(message, page, StringComparison.Ordinal);
        Assert.Contains("what I wrote", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_photo_is_named_and_nothing_is_posted()
    {
        using var browser = await BrowserOf.SignInAsync(world, await world.Carol);
        using var form = Form(browser);
        form.Add(new ByteArrayContent(Samples.Png(40, 30)), "photos", "fine.png");
        form.Add(new ByteArrayContent("%PDF-1.7"u8.ToArray()), "photos", "letter.pdf");

        using var answer = await browser.SendAsync(HttpMethod.Post, "/new", form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("letter.pdf: This is a PDF document.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_is_edited_deleted_and_brought_back_by_its_author_alone()
    {
        var dave = await world.Dave;
        var status = await dave.UploadAndPostAsync("first words");
        var photo = status.GetProperty("media_attachments")[0].Id();
        using var author = await BrowserOf.SignInAsync(world, dave);
        using var other = await BrowserOf.SignInAsync(world, await world.Alice);

        Assert.Contains("first words", await author.GetAsync($"/posts/{status.Id()}/edit"), StringComparison.Ordinal);
        using var edited = await author.PostAsync($"/posts/{status.Id()}/edit", ("caption", "second words"), ("place", "Bern"), ("mediaId", photo), ("alt", "seen"));
        Assert.Equal($"/@dave/{status.Id()}", edited.Headers.Location!.OriginalString);
        Assert.Contains("second words", (await dave.GetAsync($"/api/v1/statuses/{status.Id()}")).GetProperty("content").GetString(), StringComparison.Ordinal);

        foreach (var action in new[] { "edit", "delete", "restore" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"/posts/{status.Id()}/{action}", ("caption", "theirs"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await author.PostAsync($"/posts/{status.Id()}/delete")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await dave.StatusOfGetAsync($"/api/v1/statuses/{status.Id()}"));
        Assert.Equal(HttpStatusCode.SeeOther, (await author.PostAsync($"/posts/{status.Id()}/restore")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await dave.StatusOfGetAsync($"/api/v1/statuses/{status.Id()}"));
    }

    [Fact]
    public async Task A_post_with_a_photo_that_fails_is_shown_to_its_author_with_the_reason_and_a_retry()
    {
        var alice = await world.Alice;
        using var browser = await BrowserOf.SignInAsync(world, alice);
        var broken = Samples.Png();
        Random.Shared.NextBytes(broken.AsSpan(500));
        using var form = Form(browser);
        form.Add(new ByteArrayContent(broken), "photos", "broken.png");
        using var answer = await browser.SendAsync(HttpMethod.Post, "/new", form, WantsJson);
        var post = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        await World.Until(async () => (await browser.GetAsync(post.GetProperty("url").GetString()!)).Contains("could not be made ready", StringComparison.Ordinal), "the page says so");

        Assert.Equal(HttpStatusCode.NotFound, await (await world.Bob).StatusOfGetAsync($"/api/v1/statuses/{post.Id()}"));
        var photo = (await alice.GetAsync($"/api/v1/statuses/{post.Id()}")).GetProperty("media_attachments")[0].Id();
        using var retried = await browser.SendAsync(HttpMethod.Post, $"/media/{photo}/retry", null, WantsJson, (Antiforgery.Header, browser.Token));
        Assert.Equal("stored", JsonDocument.Parse(await retried.Content.ReadAsStringAsync()).RootElement.GetProperty("state").GetString());
        await World.Until(async () => await StateAsync(browser, photo) == "failed", "it failed again");
    }

    private static MultipartFormDataContent Form(BrowserOf browser, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new StringContent(browser.Token), Antiforgery.Field } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }
        return form;
    }

    private static async Task<JsonElement> TakeAsync(BrowserOf browser, byte[] bytes)
    {
        using var body = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "a.jpg" } };
        using var answer = await browser.SendAsync(HttpMethod.Post, "/new/media", body, WantsJson, (Antiforgery.Header, browser.Token));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task<string> StateAsync(BrowserOf browser, string photo) =>
        JsonDocument.Parse(await browser.GetAsync($"/media/{photo}/state")).RootElement.GetProperty("state").GetString()!;

    private static async Task<List<JsonElement>> HomeAsync(PersonInWorld person) =>
        [.. (await person.GetAsync("/api/v1/timelines/home")).EnumerateArray()];
}
