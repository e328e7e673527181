using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class StatusApiSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_post_shows_its_photos_in_the_order_they_were_named()
    {
        var alice = await world.Alice;
        string[] photos = [await alice.UploadAsync(Samples.Jpeg(400, 300)), await alice.UploadAsync(Samples.Jpeg(300, 400), "a tall one"), await alice.UploadAsync(Samples.Png(200, 200))];

        var status = await alice.PostAsync("/api/v1/statuses", new
        {
            status = "Morning by the lake with @alice #Lake", media_ids = photos.Reverse(), place = new { name = "Lake Lucerne", country = "Switzerland" },
        });

        Assert.Equal(photos.Reverse(), status.GetProperty("media_attachments").EnumerateArray().Select(photo => photo.Id()));
        Assert.Equal("a tall one", status.GetProperty("media_attachments")[1].GetProperty("description").GetString());
        Assert.Equal("Lake Lucerne", status.GetProperty("place").GetProperty("name").GetString());
        Assert.Equal("lake", status.GetProperty("tags")[0].GetProperty("name").GetString());
        Assert.Contains("/@alice\"", status.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_waits_for_photos_that_are_still_in_work()
    {
        var bob = await world.Bob;
        var (_, queued) = await bob.SendAsync(Samples.Jpeg(3000, 2000), "/api/v2/media");

        var status = await bob.PostAsync("/api/v1/statuses", new { status = "", media_ids = new[] { queued.Id() } });

        Assert.NotNull(status.GetProperty("media_attachments")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_request_that_is_repeated_with_its_key_makes_one_post()
    {
        var carol = await world.Carol;
        var photo = await carol.UploadAsync();
        async Task<string> Post()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/statuses") { Content = JsonContent.Create(new { status = "once", media_ids = new[] { photo } }) };
            request.Headers.Add("Idempotency-Key", "one key");
            using var response = await carol.Http.SendAsync(request);
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Id();
        }

        var answers = await Task.WhenAll(Post(), Post(), Post());

        Assert.Single(answers.Distinct());
        Assert.Equal(answers[0], await Post());
    }

    [Fact]
    public async Task Publishing_tells_the_feeds_the_directory_and_those_who_are_named()
    {
        var (alice, dave) = (await world.Alice, await world.Dave);
        var photo = await alice.UploadAsync();

        var status = await alice.PostAsync("/api/v1/statuses", new { status = "with @dave", media_ids = new[] { photo }, tagged = new[] { "dave" } });

        var post = await world.Get<PostTable>().FindAsync(PostId.Parse(status.Id()));
        Assert.Equal(PostState.Live, post!.State);
        Assert.Equal([dave.Id], post.Tagged);
        Assert.Equal([new Mention(dave.Id, "dave")], post.Mentions);
        Assert.True((await world.Get<CountTable>().GetAsync([alice.Id]))[alice.Id].Posts >= 1);
    }

    [Fact]
    public async Task An_edit_changes_what_is_sent_and_keeps_the_rest()
    {
        var alice = await world.Alice;
        var status = await alice.PostAsync("/api/v1/statuses", new { status = "old words", media_ids = new[] { await alice.UploadAsync() }, place = new { name = "Bern" } });
        var photo = status.GetProperty("media_attachments")[0].Id();

        using var response = await alice.Http.PutAsync($"/api/v1/statuses/{status.Id()}", JsonContent.Create(new
        {
            status = "new words", media_attributes = new[] { new { id = photo, description = "seen anew" } },
        }));

        var edited = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Contains("new words", edited.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal("seen anew", edited.GetProperty("media_attachments")[0].GetProperty("description").GetString());
        Assert.Equal("Bern", edited.GetProperty("place").GetProperty("name").GetString());
        Assert.NotNull(edited.GetProperty("edited_at").GetString());
        Assert.Equal("new words", (await alice.GetAsync($"/api/v1/statuses/{status.Id()}/source")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_deleted_post_is_gone_at_once_says_its_text_and_can_be_restored_for_a_moment()
    {
        var dave = await world.Dave;
        var status = await dave.UploadAndPostAsync("do not lose me");
        var before = (await world.Get<CountTable>().GetAsync([dave.Id]))[dave.Id].Posts;

        using var deleted = await dave.Http.DeleteAsync($"/api/v1/statuses/{status.Id()}");

        Assert.Equal("do not lose me", JsonDocument.Parse(await deleted.Content.ReadAsStringAsync()).RootElement.GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await dave.Http.RefusedAsync(HttpMethod.Delete, $"/api/v1/statuses/{status.Id()}")).Status);
        Assert.Equal(before - 1, (await world.Get<CountTable>().GetAsync([dave.Id]))[dave.Id].Posts);

        await world.JobsDone(); // It is out of all feeds.
        var restored = await dave.PostAsync($"/api/v1/statuses/{status.Id()}/restore");

        Assert.Equal(status.Id(), restored.Id());
        Assert.Contains(status.Id(), (await dave.GetAsync("/api/v1/timelines/home")).EnumerateArray().Select(post => post.Id()));
        Assert.Equal(before, (await world.Get<CountTable>().GetAsync([dave.Id]))[dave.Id].Posts);
    }

    [Fact]
    public async Task Only_its_author_may_edit_delete_or_restore_a_post()
    {
        var status = await (await world.Alice).UploadAndPostAsync();
        var bob = await world.Bob;

        foreach (var (method, path) in new[] { (HttpMethod.Put, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/restore"), (HttpMethod.Get, "/source") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bob.Http.RefusedAsync(method, $"/api/v1/statuses/{status.Id()}{path}")).Status);
        }
    }

    [Fact]
    public async Task A_reply_is_a_comment_of_text_only()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var status = await alice.UploadAndPostAsync();

        var comment = await bob.PostAsync("/api/v1/statuses", new { status = "how fine", in_reply_to_id = status.Id() });

        Assert.Equal(status.Id(), comment.GetProperty("in_reply_to_id").GetString());
        Assert.Empty(comment.GetProperty("media_attachments").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await bob.Http.DeleteAsync($"/api/v1/statuses/{comment.Id()}")).StatusCode);
    }
}
