using System.Net;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Interactions;

/// <summary>The truth table of who may meet a post by its address: what may not be seen is not there, by any of its addresses.</summary>
public sealed class PrivateThingsSpecs : IAsyncLifetime
{
    private static readonly string[] Reads = ["", "/context", "/favourited_by", "/reblogged_by", "/history"];
    private static readonly string[] Writes = ["/favourite", "/unfavourite", "/bookmark", "/unbookmark"];

    private readonly World world = new();
    private PersonInWorld owner = null!, follower = null!, stranger = null!, blocked = null!;

    public async ValueTask InitializeAsync()
    {
        await world.InitializeAsync();
        owner = await world.PersonAsync("owner", isPrivate: true);
        (follower, stranger, blocked) = (await world.PersonAsync("follower"), await world.PersonAsync("stranger"), await world.PersonAsync("blocked"));
        await world.Get<FollowTable>().FollowAsync(follower.Id, owner.Id, asks: false);
        await world.Get<FollowTable>().CopyAsync(follower.Id, owner.Id);
        await world.Get<BlockTable>().SetAsync(owner.Id, blocked.Id, active: true);
        await world.Get<BlockTable>().CopyAsync(owner.Id, blocked.Id);
        await world.Get<RelationCache>().ForgetAsync(owner.Id, follower.Id, blocked.Id);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_private_photo_and_all_about_it_is_for_its_owner_and_followers()
    {
        var photo = await world.PostAsync(owner);
        var comment = await SayAsync(follower, photo);

        foreach (var id in new[] { photo, comment })
        {
            await ExpectAsync(owner, id, HttpStatusCode.OK);
            await ExpectAsync(follower, id, HttpStatusCode.OK);
            await ExpectAsync(stranger, id, HttpStatusCode.NotFound);
            await ExpectAsync(blocked, id, HttpStatusCode.NotFound);
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(world.Stranger, $"/api/v1/statuses/{id}"));
        }
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(world.Stranger, $"/@owner/{photo}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(world.Stranger, $"/@owner/{photo}/likes"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(world.Stranger, $"/oembed?url={world.Url}/@owner/{photo}"));
        Assert.Equal(0, (await stranger.GetAsync($"/api/v1/statuses?id[]={photo}&id[]={comment}")).GetArrayLength());
        Assert.Equal(2, (await follower.GetAsync($"/api/v1/statuses?id[]={photo}&id[]={comment}")).GetArrayLength());
    }

    [Fact]
    public async Task A_public_photo_is_for_all_but_those_with_a_block_between()
    {
        var open = await world.PersonAsync("open");
        await world.Get<BlockTable>().SetAsync(open.Id, blocked.Id, active: true);
        await world.Get<BlockTable>().CopyAsync(open.Id, blocked.Id);
        await world.Get<RelationCache>().ForgetAsync(open.Id, blocked.Id);
        var photo = await world.PostAsync(open);
        var followersOnly = await world.PostAsync(open, visibility: Visibility.Followers);

        await ExpectAsync(stranger, photo, HttpStatusCode.OK);
        await ExpectAsync(blocked, photo, HttpStatusCode.NotFound);
        await ExpectAsync(stranger, followersOnly, HttpStatusCode.NotFound);
        await ExpectAsync(open, followersOnly, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world.Stranger, $"/@open/{photo}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world.Stranger, $"/oembed?url={world.Url}/@open/{photo}"));
    }

    [Fact]
    public async Task What_became_private_leaves_bookmarks_and_favourites_of_others()
    {
        var photo = await world.PostAsync(owner);
        await follower.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await follower.PostAsync($"/api/v1/statuses/{photo}/bookmark");

        await world.Get<FollowTable>().EndAsync(follower.Id, owner.Id);
        await world.Get<RelationCache>().ForgetAsync(follower.Id, owner.Id);

        Assert.Equal(0, (await follower.GetAsync("/api/v1/favourites")).GetArrayLength());
        Assert.Equal(0, (await follower.GetAsync("/api/v1/bookmarks")).GetArrayLength());
    }

    [Fact]
    public async Task Ids_that_name_nothing_and_tokens_that_are_no_good_are_told_apart()
    {
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusOfGetAsync("/api/v1/statuses/1"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusOfGetAsync("/api/v1/statuses/9223372036854775807"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusOfGetAsync("/api/v1/statuses/99999999999999999999"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusOfGetAsync("/api/v1/statuses/abc"));
        using var bad = world.Client("bad");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(bad, "/api/v1/statuses/1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(world.Stranger, "/api/v1/notifications"));
    }

    [Fact]
    public async Task A_source_is_its_authors_alone()
    {
        var open = await world.PersonAsync("open");
        var photo = await world.PostAsync(open, "my words #dusk");

        Assert.Equal("my words #dusk", (await open.GetAsync($"/api/v1/statuses/{photo}/source")).GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusOfGetAsync($"/api/v1/statuses/{photo}/source"));
    }

    private async Task ExpectAsync(PersonInWorld who, PostId id, HttpStatusCode expected)
    {
        foreach (var read in Reads)
        {
            Assert.True(await who.StatusOfGetAsync($"/api/v1/statuses/{id}{read}") == expected, $"{who.Username} GET {read}: not {expected}");
        }
        foreach (var write in Writes)
        {
            using var response = await who.Http.PostAsync($"/api/v1/statuses/{id}{write}", null);
            Assert.True(response.StatusCode == expected, $"{who.Username} POST {write}: {response.StatusCode}, not {expected}");
        }
    }

    private async Task<PostId> SayAsync(PersonInWorld who, PostId answered) =>
        Assert.IsType<Commented.Written>(await world.Get<Comments>().AddAsync(new Post { AccountId = who.Id, Caption = "a word", InReplyToId = answered }, null)).Id;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path);
        return response.StatusCode;
    }
}
