using System.Net;
using System.Net.Http.Headers;
using Tintype.Cards;
using Tintype.Feed;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>The top of a feed is remembered as it was judged; whatever happens, it says what judging anew would say.</summary>
public sealed class FeedHeadSpecs(World world) : IClassFixture<World>
{
    // Below everything: not the top, so it is judged anew each time, and holds the same.
    private const string Anew = "?max_id=9223372036854775806";

    [Fact]
    public async Task Whatever_changes_the_top_of_a_feed_shows_on_the_next_read_and_in_its_tag()
    {
        var (me, friend, stranger) = (await world.PersonAsync("head_me"), await world.PersonAsync("head_friend"), await world.PersonAsync("head_stranger"));
        await world.FollowAsync(me.Id, friend.Id);
        var posts = new List<PostId>();
        for (var i = 0; i < 25; i++)
        {
            posts.Insert(0, await world.PostAsync(i % 3 == 0 ? me : friend, $"photo {i}"));
        }
        await world.EverythingSpreadAsync();
        var mine = posts[3];
        var theirs = posts.First(post => posts.IndexOf(post) is > 4 and < 18 && (24 - posts.IndexOf(post)) % 3 != 0);
        (string What, Func<Task> Happens)[] changes =
        [
            ("a like of mine", () => LikeAsync(me, theirs)),
            ("a bookmark", () => world.Get<BookmarkTable>().AddAsync(me.Id, theirs)),
            ("a like of somebody else", () => LikeAsync(stranger, mine)),
            ("a new name", async () => await RenameAsync(friend, "Another")),
            ("a private account", async () => await RenameAsync(friend, "Another", isPrivate: true)),
            ("a mute", () => world.MuteAsync(me.Id, friend.Id)),
            ("no mute", () => world.MuteAsync(me.Id, friend.Id, muted: false)),
            ("a deletion", () => world.DeleteAsync(theirs)),
            ("it is restored", async () => { await world.JobsDone(); await world.SetStateAsync(theirs, PostState.Live); await world.EverythingSpreadAsync(); }),
            ("my own is deleted", () => world.DeleteAsync(mine)),
            ("somebody new", async () => { await world.PostAsync(stranger, "hello"); await world.FollowAsync(me.Id, stranger.Id); }),
            ("a new photo", async () => { await world.PostAsync(stranger, "hello again"); await world.EverythingSpreadAsync(); }),
            ("a follower more", async () => await world.FollowAsync(stranger.Id, friend.Id)),
            ("an account gone", async () => { await world.Get<AccountTable>().SuspendAsync(friend.Id, suspended: true); await world.Get<People>().ForgetAsync(friend.Id); }),
            ("and back", async () => { await world.Get<AccountTable>().SuspendAsync(friend.Id, suspended: false); await world.Get<People>().ForgetAsync(friend.Id); }),
            ("a block", () => world.BlockAsync(stranger.Id, me.Id)),
        ];
        foreach (var (what, happens) in changes)
        {
            var before = await SameAsAnewAsync(me);
            await happens();

            var after = await TopAsync(me);

            Assert.True(before.Body != after.Body, $"{what}: the answer is the same as before");
            Assert.True(before.Tag != after.Tag, $"{what}: the tag is the same as before");
            await SameAsAnewAsync(me);
        }
    }

    [Fact]
    public async Task Whoever_has_the_page_already_is_told_so_without_it()
    {
        var me = await world.PersonAsync("head_polite");
        await world.PostAsync(me);
        await world.JobsDone(); // It is counted.
        using var first = await AskAsync(me, null);

        using var again = await AskAsync(me, first.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(Keep.Viewer, again.Headers.NonValidated["Cache-Control"].ToString());
        foreach (var said in new[] { "ETag", "Vary", "Link", "Content-Security-Policy", "X-Content-Type-Options" })
        {
            Assert.Equal(first.Headers.NonValidated[said].ToString(), again.Headers.NonValidated[said].ToString());
        }
    }

    [Fact]
    public async Task A_top_is_kept_while_it_is_right_and_let_go_once_it_is_not_whether_or_not_its_reader_comes_again()
    {
        world.LooksInside();
        var (me, friend) = (await world.PersonAsync("head_leaving"), await world.PersonAsync("head_liked"));
        await world.FollowAsync(me.Id, friend.Id);
        var post = await world.PostAsync(friend);
        await world.EverythingSpreadAsync();
        await TopAsync(me);
        var who = await world.Get<RelationCache>().GetAsync(me.Id);
        var staleHeads = new StaleHeads(world.Get<RelationCache>(), TimeProvider.System);

        await staleHeads.LetGoAsync(CancellationToken.None);
        Assert.IsType<FeedHead>(who.Derived);
        await LikeAsync(friend, post);
        await staleHeads.LetGoAsync(CancellationToken.None);

        Assert.Null(who.Derived);
    }

    [Fact]
    public async Task A_token_opens_nothing_once_it_is_revoked_nor_does_a_secret_that_is_nearly_right()
    {
        var me = await world.PersonAsync("head_token");
        Assert.Equal(HttpStatusCode.OK, await me.StatusOfGetAsync("/api/v1/timelines/home"));
        var nearly = me.Bearer[..20] + (me.Bearer[20] == 'x' ? 'y' : 'x') + me.Bearer[21..];
        foreach (var wrong in new[] { nearly, me.Bearer[..^1], me.Bearer + "A", me.Bearer[(me.Bearer.IndexOf('.') + 1)..] })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{world.Url}/api/v1/timelines/home") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", wrong) } };
            using var refused = await me.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, await me.StatusOfGetAsync("/api/v1/timelines/home"));

        await world.Get<TokenTable>().RevokeAsync(me.TokenId);
        await world.Get<Authentication>().RevokedAsync(me.TokenId);

        Assert.Equal(HttpStatusCode.Unauthorized, await me.StatusOfGetAsync("/api/v1/timelines/home"));
    }

    /// <summary>What is remembered is what judging anew gives, and the tag is the answer's. Numbers of authors go on rising meanwhile: then once more.</summary>
    private static async Task<(string Body, string Tag, string Link)> SameAsAnewAsync(PersonInWorld person)
    {
        (string Body, string Tag, string Link) top = default;
        await World.Until(async () =>
        {
            top = await TopAsync(person);
            var anew = (await person.GetAsync("/api/v1/timelines/home" + Anew)).GetRawText();
            using var tagged = await AskAsync(person, top.Tag);
            return top == await TopAsync(person) && (anew, tagged.StatusCode) == (top.Body, HttpStatusCode.NotModified);
        }, "the top of the feed is what judging anew gives, and its tag is right");
        return top;
    }

    /// <summary>Ends when the post's number says so too.</summary>
    private async Task LikeAsync(PersonInWorld person, PostId post)
    {
        await person.PostAsync($"/api/v1/statuses/{post}/favourite");
        await World.Until(async () => (await world.Get<CardStore>().FindAsync(post))!.Post.Likes == 1, "the like is counted");
    }

    private async Task RenameAsync(PersonInWorld person, string name, bool isPrivate = false)
    {
        var account = (await world.Get<AccountTable>().FindAsync(person.Id))!;
        await world.Get<AccountTable>().UpdateProfileAsync(account with { DisplayName = name, IsPrivate = isPrivate });
        await world.Get<People>().ForgetAsync(person.Id);
    }

    private static async Task<(string Body, string Tag, string Link)> TopAsync(PersonInWorld person)
    {
        using var answer = await AskAsync(person, null);
        return (await answer.Content.ReadAsStringAsync(), answer.Headers.ETag!.ToString(), answer.Headers.NonValidated["Link"].ToString());
    }

    private static async Task<HttpResponseMessage> AskAsync(PersonInWorld person, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/timelines/home");
        if (tag is not null)
        {
            request.Headers.Add("If-None-Match", tag);
        }
        return await person.Http.SendAsync(request);
    }
}
