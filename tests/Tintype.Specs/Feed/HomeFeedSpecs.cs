using System.Net;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

public sealed class HomeFeedSpecs(World world) : IClassFixture<World>
{
    private int names;

    [Fact]
    public async Task A_photo_of_somebody_I_follow_reaches_my_feed()
    {
        var (me, friend) = await FollowingAsync();
        Assert.Empty(await me.HomeAsync());

        var post = await world.PostAsync(friend);

        await World.Until(async () => (await me.HomeAsync()).Contains(post), "the photo is in the feed");
    }

    [Fact]
    public async Task A_feed_of_somebody_new_is_empty_and_says_so_politely()
    {
        var me = await SomebodyAsync();

        using var answer = await me.Http.GetAsync("/api/v1/timelines/home");

        Assert.Equal("[]", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("Link"));
    }

    [Fact]
    public async Task My_own_photos_are_in_my_feed()
    {
        var me = await SomebodyAsync();
        var before = await world.PostAsync(me);
        Assert.Equal([before], await me.HomeAsync());

        var after = await world.PostAsync(me);

        await World.Until(async () => (await me.HomeAsync()).SequenceEqual([after, before]), "my new photo is in my feed");
    }

    [Fact]
    public async Task Following_brings_what_they_posted_before_at_once()
    {
        var (me, friend) = (await SomebodyAsync(), await SomebodyAsync());
        var old = await world.PostAsync(friend);
        Assert.Empty(await me.HomeAsync());

        await world.FollowAsync(me.Id, friend.Id);

        Assert.Equal([old], await me.HomeAsync());
    }

    [Fact]
    public async Task A_feed_is_newest_first_page_by_page_to_its_very_end()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 47);

        var first = await me.HomeAsync("?limit=20");
        var whole = await me.WholeHomeAsync(limit: 7);

        Assert.Equal(posts.Take(20), first);
        Assert.Equal(posts, whole);
    }

    [Fact]
    public async Task Limits_are_clamped_not_refused()
    {
        var (me, friend) = await FollowingAsync();
        await OverTheYearsAsync(friend, 45);

        Assert.Equal(20, (await me.HomeAsync()).Count);
        Assert.Equal(40, (await me.HomeAsync("?limit=1000")).Count);
        Assert.Equal(20, (await me.HomeAsync("?limit=0&max_id=0")).Count);
        Assert.Equal(20, (await me.HomeAsync("?limit=abc&max_id=abc")).Count);
    }

    [Fact]
    public async Task A_feed_is_endless_beyond_what_is_kept_ahead_of_time()
    {
        await using var small = await World.StartAsync(settings => settings.Feed.Length = 20);
        var (me, friend) = (await small.Alice, await small.Bob);
        await small.FollowAsync(me.Id, friend.Id);
        var posts = await OverTheYearsAsync(friend, 95, small);

        Assert.Equal(posts, await me.WholeHomeAsync(limit: 9));
        Assert.Equal(posts.Skip(60).Take(10), await me.HomeAsync($"?limit=10&max_id={posts[59]}"));
        Assert.Equal(posts.Skip(40).Take(10), await me.HomeAsync($"?limit=10&min_id={posts[50]}"));
        Assert.Equal(posts.Skip(10).Take(10), await me.HomeAsync($"?limit=10&min_id={posts[20]}"));
        Assert.Equal(posts.Skip(14).Take(10), await me.HomeAsync($"?limit=10&min_id={posts[24]}"));
        Assert.Equal(posts.Take(10), await me.HomeAsync($"?limit=10&since_id={posts[80]}"));
        Assert.Equal(posts.Take(6), await me.HomeAsync($"?limit=10&since_id={posts[6]}"));
    }

    [Fact]
    public async Task Since_id_gives_the_newest_and_min_id_the_next()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 10);

        Assert.Equal(posts.Take(2), await me.HomeAsync($"?limit=2&since_id={posts[5]}"));
        Assert.Equal(posts.Skip(3).Take(2), await me.HomeAsync($"?limit=2&min_id={posts[5]}"));
        Assert.Empty(await me.HomeAsync($"?since_id={posts[0]}"));
        Assert.Equal(posts.Skip(4).Take(2), await me.HomeAsync($"?min_id={posts[6]}&max_id={posts[3]}"));
    }

    [Fact]
    public async Task A_cold_feed_is_built_once_however_many_wait_for_it()
    {
        world.LooksInside();
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 30);
        await world.JobsDone();
        await me.HomeAsync();
        await world.Feeds().DropAsync(me.Id);
        var before = world.Feeds().BuildCount;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => me.HomeAsync()));

        Assert.All(answers, answer => Assert.Equal(posts.Take(20), answer));
        Assert.Equal(1, world.Feeds().BuildCount - before);
    }

    [Fact]
    public async Task A_deleted_photo_is_gone_on_the_next_read()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 3);
        await me.HomeAsync();

        await world.DeleteAsync(posts[1]);
        Assert.Equal([posts[0], posts[2]], await me.HomeAsync());

        await world.JobsDone();
        await world.SetStateAsync(posts[1], PostState.Live);
        await World.Until(async () => (await me.HomeAsync()).SequenceEqual(posts), "the restored photo is back in its place");
    }

    [Fact]
    public async Task A_blocked_persons_photo_never_reaches_my_feed()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 2);
        Assert.Equal(posts, await me.HomeAsync());

        await world.BlockAsync(me.Id, friend.Id);
        Assert.Empty(await me.HomeAsync());

        await world.PostAsync(friend);
        await world.JobsDone();
        Assert.Empty(await me.HomeAsync());
    }

    [Fact]
    public async Task Somebody_who_blocks_me_is_gone_from_my_feed_on_the_next_read()
    {
        var (me, friend) = await FollowingAsync();
        Assert.Equal(await OverTheYearsAsync(friend, 2), await me.HomeAsync());

        await world.BlockAsync(friend.Id, me.Id);

        Assert.Empty(await me.HomeAsync());
    }

    [Fact]
    public async Task Unfollowing_and_muting_act_on_the_next_read_and_can_be_taken_back()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 2);
        Assert.Equal(posts, await me.HomeAsync());

        await world.MuteAsync(me.Id, friend.Id);
        Assert.Empty(await me.HomeAsync());
        await world.MuteAsync(me.Id, friend.Id, muted: false);
        Assert.Equal(posts, await me.HomeAsync());
        await world.UnfollowAsync(me.Id, friend.Id);
        Assert.Empty(await me.HomeAsync());
        await world.FollowAsync(me.Id, friend.Id);
        Assert.Equal(posts, await me.HomeAsync());
    }

    [Fact]
    public async Task Photos_of_a_private_account_wait_for_its_consent()
    {
        var (me, friend) = (await SomebodyAsync(), await SomebodyAsync(isPrivate: true));
        var post = await world.PostAsync(friend);

        await world.FollowAsync(me.Id, friend.Id, asks: true);
        Assert.Empty(await me.HomeAsync());

        await world.Get<FollowTable>().AnswerRequestAsync(me.Id, friend.Id, accept: true);
        await world.Get<RelationCache>().ForgetAsync(me.Id);
        Assert.Equal([post], await me.HomeAsync());
    }

    [Fact]
    public async Task A_photo_that_is_still_processed_is_for_its_author_on_the_web_only()
    {
        var (me, friend) = await FollowingAsync();
        var post = await world.PostAsync(friend, "still wet");
        await world.SetStateAsync(post, PostState.Processing);

        Assert.Empty(await me.HomeAsync());
        Assert.Empty(await friend.HomeAsync());
        Assert.Contains("still wet", await friend.Http.GetStringAsync("/"));
        Assert.DoesNotContain("still wet", await me.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task The_pill_counts_what_others_posted_since()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 5);
        await world.PostAsync(me);

        var answer = await me.GetAsync($"/feed/new?since_id={posts[3]}");

        Assert.Equal(3, answer.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_front_page_shows_five_photos_and_leads_on()
    {
        var (me, friend) = await FollowingAsync();
        var posts = await OverTheYearsAsync(friend, 7);

        var html = await me.Http.GetStringAsync("/");

        Assert.All(posts.Take(5), post => Assert.Contains($"/{post}", html));
        Assert.DoesNotContain($"/{posts[5]}", html);
        Assert.Contains($"max_id={posts[4]}", html);
        using var fragment = new HttpRequestMessage(HttpMethod.Get, $"/?max_id={posts[4]}") { Headers = { { "X-Fragment", "cards" } } };
        using var rest = await me.Http.SendAsync(fragment);
        var cards = await rest.Content.ReadAsStringAsync();
        Assert.All(posts.Skip(5), post => Assert.Contains($"/{post}", cards));
        Assert.DoesNotContain("<html", cards);
    }

    [Fact]
    public async Task Strangers_get_the_landing_page_and_no_feed()
    {
        using var page = await world.Stranger.GetAsync("/");
        using var api = await world.Stranger.GetAsync("/api/v1/timelines/home");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("/signup", await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    /// <summary>Posts of one author over two years, newest first; some days apart, some in a burst.</summary>
    private static async Task<IReadOnlyList<PostId>> OverTheYearsAsync(PersonInWorld author, int count, World world)
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var posts = new List<PostId>();
        for (var i = 0; i < count; i++)
        {
            posts.Add(await world.PostAsync(author, $"photo {i}", at: at));
            at -= i % 5 == 0 ? TimeSpan.FromDays(500.0 / count) : TimeSpan.FromMinutes(20);
        }
        return posts;
    }

    private Task<IReadOnlyList<PostId>> OverTheYearsAsync(PersonInWorld author, int count) => OverTheYearsAsync(author, count, world);

    private Task<PersonInWorld> SomebodyAsync(bool isPrivate = false) =>
        world.PersonAsync($"p{Interlocked.Increment(ref names)}_{Environment.TickCount64:x}", isPrivate);

    private async Task<(PersonInWorld Me, PersonInWorld Friend)> FollowingAsync()
    {
        var (me, friend) = (await SomebodyAsync(), await SomebodyAsync());
        await world.FollowAsync(me.Id, friend.Id);
        return (me, friend);
    }
}
