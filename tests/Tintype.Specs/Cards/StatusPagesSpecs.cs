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
        await SameAsync([post], alice.Id);

        await world.Get<LikeTable>().SetAsync(alice.Id, post, liked: true);
        await SameAsync([post], alice.Id);
        await world.Get<LikeTable>().SetAsync(alice.Id, post, liked: false);
        await world.Get<BookmarkTable>().AddAsync(alice.Id, post);
        await SameAsync([post], alice.Id);
        await world.Get<BookmarkTable>().RemoveAsync(alice.Id, post);
        await SameAsync([post], alice.Id);

        var account = (await world.Get<AccountTable>().FindAsync(carol.Id))!;
        await world.Get<AccountTable>().UpdateProfileAsync(account with { DisplayName = "Carol \"the lens\"", IsPrivate = true });
        await world.Get<People>().ForgetAsync(carol.Id);
        await SameAsync([post], alice.Id);
    }

    private async Task SameAsync(PostId[] posts, AccountId viewer)
    {
        var cards = await world.Get<CardStore>().GetAsync(posts);
        var entities = JsonSerializer.SerializeToElement(await world.Get<Statuses>().OfAsync(cards, viewer), ApiJson.Options);
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        await (await world.Get<StatusPages>().OfAsync([.. cards], viewer)).ExecuteAsync(http);

        var written = ((MemoryStream)http.Response.Body).ToArray();
        Assert.Equal(http.Response.ContentLength, written.Length);
        var page = JsonDocument.Parse(written).RootElement;
        Assert.Equal(posts.Length, page.GetArrayLength());
        Assert.True(JsonElement.DeepEquals(entities, page), $"entities {entities}\npage {page}");
    }
}
