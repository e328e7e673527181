using System.Text.Json;
using Tintype.Specs.Backends;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;
using Xunit;

namespace Tintype.Specs.Friends;

public sealed class DiscoverSpecs : IAsyncLifetime
{
    private readonly World world = new();

    public ValueTask InitializeAsync() => world.InitializeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Whom_several_friends_follow_is_suggested_before_whom_one_does()
    {
        var me = await world.Alice;
        var (bob, carol) = (await world.Bob, await world.Carol);
        var (loved, liked) = (await world.PersonAsync("loved"), await world.PersonAsync("liked"));
        await FollowAsync(me, bob, carol);
        await FollowAsync(bob, loved, me);
        await FollowAsync(carol, loved, liked);
        await world.JobsDone();

        var suggested = await me.GetAsync("/api/v2/suggestions");

        Assert.Equal(["loved", "liked"], suggested.EnumerateArray().Select(one => one.GetProperty("account").GetProperty("username").GetString()));
    }

    [Fact]
    public async Task A_newcomer_is_shown_the_popular_and_never_themselves_or_whom_they_block()
    {
        var (me, star, blocked) = (await world.Alice, await world.PersonAsync("star"), await world.PersonAsync("nuisance"));
        await FollowAsync(await world.Bob, star, blocked);
        await FollowAsync(await world.Carol, star);
        await me.PostAsync($"/api/v1/accounts/{blocked.Id}/block");
        await world.JobsDone();

        var suggested = (await me.GetAsync("/api/v1/suggestions")).EnumerateArray().Select(one => one.GetProperty("username").GetString()).ToList();

        Assert.Equal("star", suggested[0]);
        Assert.DoesNotContain("alice", suggested);
        Assert.DoesNotContain("nuisance", suggested);
    }

    [Fact]
    public async Task A_newcomers_first_follow_shows_in_what_is_suggested_next()
    {
        var (me, friend, theirs) = (await world.Alice, await world.Bob, await world.PersonAsync("unsung"));
        await FollowAsync(friend, theirs);
        await world.JobsDone();
        await me.GetAsync("/api/v2/suggestions");

        await FollowAsync(me, friend);

        var first = (await me.GetAsync("/api/v2/suggestions"))[0];
        Assert.Equal("unsung", first.GetProperty("account").GetProperty("username").GetString());
        Assert.Equal("friends_of_friends", first.GetProperty("sources")[0].GetString());
    }

    [Fact]
    public async Task Likes_lift_a_photo_in_explore()
    {
        var (plain, better) = (await world.PostAsync(await world.Alice, "plain"), await world.PostAsync(await world.Alice, "better", at: TimeProvider.System.GetUtcNow().AddHours(-1)));
        await world.JobsDone();
        Assert.Equal([plain, better], await world.Get<DirectoryTable>().TopPostsAsync(10, 0));

        foreach (var fan in new[] { await world.Bob, await world.Carol })
        {
            await fan.PostAsync($"/api/v1/statuses/{better}/favourite");
        }
        await world.JobsDone();

        Assert.Equal([better, plain], await world.Get<DirectoryTable>().TopPostsAsync(10, 0));
    }

    [Fact]
    public async Task What_is_deleted_is_found_nowhere()
    {
        var alice = await world.Alice;
        var post = await world.PostAsync(alice, "soon gone #ephemeral");
        await world.JobsDone();
        Assert.Contains(post.ToString(), Ids(await alice.GetAsync("/api/v1/timelines/public")));

        using var answer = await alice.Http.DeleteAsync($"/api/v1/statuses/{post}");
        Assert.True(answer.IsSuccessStatusCode);

        Assert.DoesNotContain(post.ToString(), Ids(await alice.GetAsync("/api/v1/timelines/public")));
        await world.JobsDone();
        Assert.Empty((await world.Get<DirectoryTable>().PostsAsync(IdRange.Newest(10))).Items);
        Assert.Empty(await world.Get<DirectoryTable>().FindTagsAsync("ephemeral", 10));
    }

    [Fact]
    public async Task Somebody_who_is_gone_is_found_nowhere_nor_are_their_photos()
    {
        var person = await world.PersonAsync("leaving");
        await world.PostAsync(person, "last light");
        await world.JobsDone();

        await world.Get<AccountTable>().DeleteAsync(person.Id, TimeSpan.FromDays(30));

        // The purge waits in the outbox for 30 days, so there is no end of all jobs to wait for.
        await World.Until(async () => (await world.Get<DirectoryTable>().FindPeopleAsync(["leaving"], alike: true, 10)).Count == 0, "the person is not listed");
        await World.Until(async () => (await world.Get<DirectoryTable>().FindPostsAsync(["light"], IdRange.Newest(10))).Items.Count == 0, "nor are the photos");
    }

    [Fact]
    public async Task A_purged_person_counts_nowhere_any_more()
    {
        var (gone, fan, star) = (await world.PersonAsync("purged"), await world.PersonAsync("left_fan"), await world.PersonAsync("left_star"));
        await FollowAsync(gone, star);
        await FollowAsync(fan, gone);

        await world.Get<AccountTable>().DeleteAsync(gone.Id, TimeSpan.Zero);
        await world.Get<Tintype.Friends.EndFollowsOfPurged>().RunAsync(new AccountPurgeDue(gone.Id), CancellationToken.None);
        Assert.Equal(1, (await world.Get<CountTable>().GetAsync([star.Id]))[star.Id].Followers);
        await world.Get<AccountTable>().PurgeAsync((await world.Get<AccountTable>().FindAsync(gone.Id))!);
        await world.Get<Tintype.Friends.EndFollowsOfPurged>().RunAsync(new AccountPurgeDue(gone.Id), CancellationToken.None);

        var counts = await world.Get<CountTable>().GetAsync([fan.Id, star.Id]);
        Assert.Equal((0, 0), (counts[fan.Id].Following, counts[star.Id].Followers));
    }

    [Fact]
    public async Task The_public_timeline_is_paged_by_Link_for_anybody()
    {
        var posts = new List<PostId>();
        for (var i = 0; i < 5; i++)
        {
            posts.Add(await world.PostAsync(await world.Alice, $"photo {i}"));
        }
        await world.JobsDone();

        var pages = new List<string[]>();
        // Where it ends is asked of an instance that is empty: a cluster may still have rows of posts of specs before this one, which show nothing but lead on.
        bool IsEnough() => SharedCluster.IsNamed && pages.Sum(page => page.Length) >= posts.Count;
        for (var next = "/api/v1/timelines/public?limit=3"; next is not null && !IsEnough();)
        {
            Assert.StartsWith(pages.Count == 0 ? "/" : "http", next);
            Assert.True(pages.Count < 5, $"it leads on: {next}");
            using var page = await world.Stranger.GetAsync(next);
            var link = page.Headers.TryGetValues("Link", out var links) ? links.Single() : "";
            pages.Add([.. Ids(await JsonAsync(page))]);
            next = link.Contains("rel=\"next\"", StringComparison.Ordinal) ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        Assert.Equal(posts.AsEnumerable().Reverse().Select(id => id.ToString()), pages.SelectMany(page => page));
        Assert.Equal(2, pages.Count);
    }

    [Fact]
    public async Task Pages_of_people_and_topics_open_for_everybody_who_may()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        await FollowAsync(bob, alice);
        await world.PostAsync(alice, "dusk #dusk");
        await world.JobsDone();

        foreach (var (path, text) in new[] { ("/@alice/followers", "Bob"), ("/@bob/following", "Alice"), ("/tags/dusk", "#dusk"), ("/explore", "/@alice/"), ("/search?q=ali", "Alice") })
        {
            using var page = await world.Stranger.GetAsync(path);
            Assert.Equal(System.Net.HttpStatusCode.OK, page.StatusCode);
            Assert.Contains(text, await page.Content.ReadAsStringAsync());
        }
        Assert.Equal(System.Net.HttpStatusCode.OK, await alice.StatusOfGetAsync("/requests"));
        Assert.Equal(System.Net.HttpStatusCode.OK, await alice.StatusOfGetAsync("/settings/blocked"));
        Assert.Equal(System.Net.HttpStatusCode.OK, await alice.StatusOfGetAsync("/settings/muted"));
        using var stranger = await world.Stranger.GetAsync("/requests");
        Assert.StartsWith("/login?returnUrl=", stranger.Headers.Location?.ToString());
    }

    private static async Task FollowAsync(PersonInWorld fan, params PersonInWorld[] stars)
    {
        foreach (var star in stars)
        {
            await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");
        }
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    private static List<string> Ids(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
