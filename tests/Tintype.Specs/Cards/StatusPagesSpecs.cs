using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Cards;

/// <summary>Pages copied from composed bytes say exactly what the entities say, before and after everything that changes them.</summary>
public sealed class StatusPagesSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Composed_bytes_say_what_the_entities_say()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        PostId[] posts =
        [
            await world.PostAsync(alice, "\"account\":null,\"favourited\":true <b>&\\ \u2028 📷 #light @bob"),
            await world.PostAsync(bob, ""),
            await world.PostAsync(alice, "once more"),
        ];
        await world.Get<LikeTable>().SetAsync(bob.Id, posts[0], liked: true);
        await world.Get<BookmarkTable>().AddAsync(bob.Id, posts[1]);

        await SameAsync(posts, bob.Id);
        await SameAsync(posts, alice.Id);
        await SameAsync([], alice.Id);
    }

    [Fact]
    public async Task Whatever_changes_shows_on_the_next_page()
    {
        var (alice, carol) = (await world.Alice, await world.Carol);
        var post = await world.PostAsync(carol, "before");
        var before = await SameAsync([post], alice.Id);

        await world.Get<LikeTable>().SetAsync(alice.Id, post, liked: true);
        before = await SameAsync([post], alice.Id, before);
        await world.Get<LikeTable>().SetAsync(alice.Id, post, liked: false);
        await world.Get<BookmarkTable>().AddAsync(alice.Id, post);
        before = await SameAsync([post], alice.Id, before);
        await world.Get<BookmarkTable>().RemoveAsync(alice.Id, post);
        before = await SameAsync([post], alice.Id, before);

        var account = (await world.Get<AccountTable>().FindAsync(carol.Id))!;
        await world.Get<AccountTable>().UpdateProfileAsync(account with { DisplayName = "Carol \"the lens\"", IsPrivate = true });
        await world.Get<People>().ForgetAsync(carol.Id);
        before = await SameAsync([post], alice.Id, before);
    }

    [Fact]
    public async Task An_answer_is_given_again_until_something_in_it_changes()
    {
        var (alice, carol) = (await world.Alice, await world.Carol);
        Card[] cards = [.. await world.Get<CardStore>().GetAsync([await world.PostAsync(carol, "again")])];
        var pages = world.Get<StatusPages>();
        await world.JobsDone(); // That spreads the post tells of its author's numbers.

        var first = await pages.OfAsync(cards, alice.Id);
        Assert.Same(first, await pages.OfAsync(cards, alice.Id, first));

        await world.Get<LikeTable>().SetAsync(alice.Id, cards[0].Id, liked: true);
        var liked = await pages.OfAsync(cards, alice.Id, first);
        Assert.NotSame(first.Endings[0], liked.Endings[0]);
        Assert.Same(liked, await pages.OfAsync(cards, alice.Id, liked));

        await world.PostAsync(carol, "one more");
        await World.Until(async () => (await pages.OfAsync(cards, alice.Id, liked)).Accounts[0].Numbers.Posts == liked.Accounts[0].Numbers.Posts + 1, "its author has one post more");
    }

    [Fact]
    public async Task Numbers_that_change_leave_what_was_composed_of_other_people()
    {
        var (bob, carol, dave) = (await world.Bob, await world.Carol, await world.Dave);
        Card[] cards = [.. await world.Get<CardStore>().GetAsync([await world.PostAsync(carol, "hers"), await world.PostAsync(dave, "his")])];
        var pages = world.Get<StatusPages>();
        await world.JobsDone(); // That spreads posts tells of their authors' numbers.
        var before = await pages.OfAsync(cards, bob.Id);

        await world.Get<CountCache>().ForgetAsync(carol.Id);
        var after = await pages.OfAsync(cards, bob.Id, before);

        Assert.NotSame(before.Accounts[0], after.Accounts[0]);
        Assert.Same(before.Accounts[1], after.Accounts[1]);
    }

    /// <param name="before">What was answered last.</param>
    private async Task<StatusPage> SameAsync(PostId[] posts, AccountId viewer, StatusPage? before = null)
    {
        await world.JobsDone(); // They change the author's numbers, which must not happen between the two looks below.
        var cards = await world.Get<CardStore>().GetAsync(posts);
        var entities = JsonSerializer.SerializeToElement(await world.Get<Statuses>().OfAsync(cards, viewer), ApiJson.Options);
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        var answer = await world.Get<StatusPages>().OfAsync([.. cards], viewer, before);
        await answer.ExecuteAsync(http);

        var written = ((MemoryStream)http.Response.Body).ToArray();
        Assert.Equal(http.Response.ContentLength, written.Length);
        var page = JsonDocument.Parse(written).RootElement;
        Assert.Equal(posts.Length, page.GetArrayLength());
        Assert.True(JsonElement.DeepEquals(entities, page), $"entities {entities}\npage {page}");
        return answer;
    }
}
