using System.Net;
using System.Net.Http.Headers;
using Tintype.Cards;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Profile;

/// <summary>A person's page and its API.</summary>
public sealed class ProfileSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_grid_pages_through_every_photo_once_newest_first()
    {
        var (alice, bob) = (await world.PersonAsync("alice_many"), await world.Bob);
        var photos = new List<string>();
        for (var i = 0; i < 23; i++)
        {
            photos.Insert(0, $"{await world.PostAsync(alice, $"photo {i}")}");
        }

        Assert.Equal(photos, await Walk.ThroughAsync(bob, $"/api/v1/accounts/{alice.Id}/statuses?limit=5&only_media=true&exclude_replies=true&exclude_reblogs=true"));
        var above = await bob.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?limit=3&min_id={photos[10]}");
        Assert.Equal(photos[7..10], above.EnumerateArray().Select(status => status.GetProperty("id").GetString()));
        Assert.Equal(0, (await bob.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?pinned=true")).GetArrayLength());
        Assert.Equal(23, (await bob.GetAsync($"/api/v1/accounts/{alice.Id}")).GetProperty("statuses_count").GetInt32());
    }

    [Fact]
    public async Task People_are_looked_up_by_name_in_any_case_with_or_without_our_host()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var host = new Uri(world.Url).Authority;

        foreach (var acct in new[] { "alice", "ALICE", "@alice", $"alice@{host}" })
        {
            Assert.Equal($"{alice.Id}", (await bob.GetAsync($"/api/v1/accounts/lookup?acct={acct}")).GetProperty("id").GetString());
        }
        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync("/api/v1/accounts/lookup?acct=alice@elsewhere.example"));
        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync("/api/v1/accounts/lookup"));
        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync("/api/v1/accounts/42"));
    }

    [Fact]
    public async Task Of_a_private_account_strangers_see_the_header_and_why_there_are_no_photos()
    {
        var (secretive, bob) = (await world.PersonAsync("secretive", isPrivate: true), await world.Bob);
        var photo = await world.PostAsync(secretive);

        Assert.Equal(0, (await bob.GetAsync($"/api/v1/accounts/{secretive.Id}/statuses")).GetArrayLength());
        Assert.True((await bob.GetAsync($"/api/v1/accounts/{secretive.Id}")).GetProperty("locked").GetBoolean());
        using var page = await world.Stranger.GetAsync("/@secretive");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("This account is private", html, StringComparison.Ordinal);
        Assert.DoesNotContain($"{photo}", html, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.Private && page.Headers.CacheControl.NoStore);

        await world.Get<FollowTable>().FollowAsync(bob.Id, secretive.Id, asks: false);
        await world.Get<FollowTable>().CopyAsync(bob.Id, secretive.Id);
        await world.Get<RelationCache>().ForgetAsync(bob.Id, secretive.Id);

        Assert.Equal($"{photo}", (await bob.GetAsync($"/api/v1/accounts/{secretive.Id}/statuses"))[0].GetProperty("id").GetString());
        Assert.Equal(1, (await bob.GetAsync($"/api/v1/accounts/{secretive.Id}")).GetProperty("followers_count").GetInt32());
    }

    [Theory]
    [InlineData("/api/v1/accounts/{0}")]
    [InlineData("/api/v1/accounts/{0}/statuses")]
    [InlineData("/@alice")]
    public async Task Strangers_answers_may_be_kept_briefly_and_revalidated(string path)
    {
        var alice = await world.Alice;
        await world.PostAsync(alice);
        await world.JobsDone(); // It is counted.
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, alice.Id);

        using var first = await world.Stranger.GetAsync(address);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await world.Stranger.SendAsync(again);
        using var known = await alice.Http.GetAsync(address);

        Assert.True(first.Headers.CacheControl!.Public);
        Assert.NotEmpty(await first.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.False(known.Headers.CacheControl?.Public ?? false);
    }

    [Fact]
    public async Task The_page_shows_the_grid_and_leads_to_the_next_page()
    {
        var alice = await world.PersonAsync("alice_page");
        var photos = new List<string>();
        for (var i = 0; i < 35; i++)
        {
            photos.Insert(0, $"{await world.PostAsync(alice)}");
        }

        var first = await world.Stranger.GetStringAsync("/@alice_page");
        var second = await world.Stranger.GetStringAsync($"/@alice_page?max_id={photos[29]}");

        Assert.Contains($"/@alice_page?max_id={photos[29]}", first, StringComparison.Ordinal);
        Assert.All(photos[..30], id => Assert.Contains($"/@alice_page/{id}\"", first, StringComparison.Ordinal));
        Assert.All(photos[30..], id => Assert.Contains($"/@alice_page/{id}\"", second, StringComparison.Ordinal));
        Assert.DoesNotContain("\"/@alice_page?max_id", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Familiar_followers_are_those_I_follow()
    {
        var (alice, bob, carol) = (await world.PersonAsync("alice_known"), await world.Bob, await world.Carol);
        foreach (var (from, to) in new[] { (bob, carol), (carol, alice) })
        {
            await world.Get<FollowTable>().FollowAsync(from.Id, to.Id, asks: false);
            await world.Get<FollowTable>().CopyAsync(from.Id, to.Id);
            await world.Get<RelationCache>().ForgetAsync(from.Id, to.Id);
        }

        var familiar = (await bob.GetAsync($"/api/v1/accounts/familiar_followers?id[]={alice.Id}"))[0];

        Assert.Equal($"{alice.Id}", familiar.GetProperty("id").GetString());
        Assert.Equal($"{carol.Id}", familiar.GetProperty("accounts")[0].GetProperty("id").GetString());
    }
}
