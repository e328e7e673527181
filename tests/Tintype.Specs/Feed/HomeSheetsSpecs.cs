using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Cards;
using Tintype.Feed;
using Tintype.Http;
using Tintype.Specs.Accounts;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web;
using Tintype.Web.Fragments;
using Tintype.Web.Screens;
using Tintype.Web.Views;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>The home page put together from pieces is, byte for byte, the one that its component writes whole.</summary>
public sealed class HomeSheetsSpecs(World world) : IClassFixture<World>
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Pages_of_all_kinds_of_cards_are_the_same(int seed)
    {
        var alice = await world.Alice;
        await SuggestAsync();
        var random = new Random(seed);
        var made = new MadeUpCards(seed, Now);
        for (var i = 0; i < 25; i++)
        {
            var cards = made.Some(random.Next(1, 8), alice.Id);
            foreach (var card in cards)
            {
                if (random.Next(3) == 0)
                {
                    await world.Get<LikeTable>().SetAsync(alice.Id, card.Id, liked: true);
                }
                if (random.Next(3) == 0)
                {
                    await world.Get<BookmarkTable>().AddAsync(alice.Id, card.Id);
                }
            }
            var unread = new[] { 0, 1, 42, 99, 100, 250 }[random.Next(6)];
            var next = random.Next(3) == 0 ? null : $"/?max_id={cards[^1].Id}&limit=10";
            // The same cards again, elsewhere and later: what is remembered of them must not remember that.
            foreach (var (path, fragment, later) in new[] { ("/", false, 0), ("/?limit=7&x=\"<'", false, 3), ($"/?max_id={cards[0].Id}&limit=10", true, 400) })
            {
                await SameAsync(PageFor(alice, path, fragment, unread, Now.AddDays(later)), new FeedPage(cards, next is not null), next, alice.Id);
            }
            await SameAsync(PageFor(alice, "/", false, unread, Now), new FeedPage([.. cards.Reverse()], next is not null), next, alice.Id);
        }
    }

    [Fact]
    public async Task Whatever_changes_shows_on_the_next_page()
    {
        var (alice, carol, dave) = (await world.Alice, await world.Carol, await world.Dave);
        await SuggestAsync();
        await world.FollowAsync(alice.Id, carol.Id);
        var posts = new[] { await world.PostAsync(carol, "first"), await world.PostAsync(carol, "second") };
        await SeenAsync(alice);

        await world.Get<LikeTable>().SetAsync(alice.Id, posts[0], liked: true);
        world.Get<CardStore>().Forget(posts[0]);
        Assert.Contains($"/posts/{posts[0]}/unlike", await SeenAsync(alice), StringComparison.Ordinal);

        await world.Get<BookmarkTable>().AddAsync(alice.Id, posts[1]);
        Assert.Contains($"/posts/{posts[1]}/unbookmark", await SeenAsync(alice), StringComparison.Ordinal);

        var post = (await world.Get<PostTable>().FindAsync(posts[1]))!;
        await world.Get<PhotoPostTable>().EditAsync(post with { Caption = "edited since" }, []);
        world.Get<CardStore>().Forget(posts[1]);
        Assert.Contains("edited since", await SeenAsync(alice), StringComparison.Ordinal);

        await ChangeAsync(carol, account => account with { DisplayName = "Carol & her lens" });
        Assert.Contains("Carol &amp; her lens", await SeenAsync(alice), StringComparison.Ordinal);

        await ChangeAsync(carol, account => account with { IsPrivate = true });
        Assert.Contains("?e=", await SeenAsync(alice), StringComparison.Ordinal);
        await ChangeAsync(carol, account => account with { IsPrivate = false });
        Assert.DoesNotContain("?e=", await SeenAsync(alice), StringComparison.Ordinal);

        var suggested = (await world.Get<Explore>().SideAsync(alice.Id)).People[0].Person;
        await world.FollowAsync(suggested.Id, alice.Id);
        Assert.Contains("Follow back", await SeenAsync(alice), StringComparison.Ordinal);
        await world.FollowAsync(alice.Id, suggested.Id);
        Assert.DoesNotContain($"/follow/{suggested.Id}", await SeenAsync(alice), StringComparison.Ordinal);

        await world.Get<PhotoPostTable>().DeleteAsync(posts[0], carol.Id);
        world.Get<CardStore>().Forget(posts[0]);
        Assert.DoesNotContain($"id=\"p{posts[0]}\"", await SeenAsync(alice), StringComparison.Ordinal);
        Assert.NotEqual(alice.Id, dave.Id);
    }

    [Fact]
    public async Task Addresses_signed_for_a_private_accounts_photos_are_renewed()
    {
        var clock = new MovedClock();
        await using var later = new World { Replace = services => services.AddSingleton<TimeProvider>(clock) };
        await later.InitializeAsync();
        var (alice, eve) = (await later.Alice, await later.PersonAsync("eve", isPrivate: true));
        await later.FollowAsync(alice.Id, eve.Id);
        await later.PostAsync(eve, "only for friends");
        var before = await SeenAsync(later, alice);

        clock.Ahead = TimeSpan.FromHours(1);

        var after = await SeenAsync(later, alice);
        Assert.NotEqual(ExpiryIn(before), ExpiryIn(after));
    }

    [Fact]
    public void A_composition_knows_its_holes_and_nothing_that_anybody_wrote()
    {
        var composed = Composition.Of($"é{Holes.Of(Hole.Csrf)}<{Holes.Newest}>{Holes.Of(Hole.Path)}");

        Assert.Equal("é<>", Encoding.UTF8.GetString(composed.Bytes));
        Assert.Equal([new Cut(2, Hole.Csrf), new Cut(3, Hole.Newest), new Cut(4, Hole.Path)], composed.Cuts);
        Assert.Empty(Composition.Of("Zabcdefghij <p>{hole}</p>").Cuts);
    }

    private static string ExpiryIn(string page) => page.Split("?e=")[1].Split('&')[0];

    private static PageContext PageFor(PersonInWorld reader, string path, bool fragment, int unread, DateTimeOffset now) => new(
        new ViewerView(new PersonView(reader.Id, reader.Username, "Reader", $"/avatars/letter/{reader.Username}.svg?a=1&b=2", false), unread, false),
        "a.masked-token_of+letters/=", path, fragment, now, "https://photos.example", null);

    /// <summary>Bob and four more, whom a friend of Alice's follows.</summary>
    private async Task SuggestAsync()
    {
        var (alice, friend) = (await world.Alice, await world.PersonAsync("friend"));
        await world.FollowAsync(alice.Id, friend.Id);
        foreach (var name in new[] { "bob", "erin", "frank", "grace", "heidi" })
        {
            await world.FollowAsync(friend.Id, (await world.PersonAsync(name, isPrivate: name == "erin")).Id);
        }
        await ChangeAsync(friend, account => account with { DisplayName = "frïend <of> \"all\"" });
        await ChangeAsync(await world.PersonAsync("frank"), account => account with { DisplayName = "Frank & <Sons>" });
    }

    private async Task ChangeAsync(PersonInWorld person, Func<Account, Account> change)
    {
        await world.Get<AccountTable>().UpdateProfileAsync(change((await world.Get<AccountTable>().FindAsync(person.Id))!));
        await world.Get<People>().ForgetAsync(person.Id);
    }

    private Task<string> SeenAsync(PersonInWorld reader) => SeenAsync(world, reader);

    /// <summary>The home page as it is now, the same both ways.</summary>
    private static async Task<string> SeenAsync(World world, PersonInWorld reader)
    {
        var found = await world.Get<HomeFeed>().PageAsync(await world.Get<RelationCache>().GetAsync(reader.Id), new Paging(0, 0, 0, 5, 0), FeedRules.Belongs);
        return await SameAsync(world, PageFor(reader, "/", false, 0, world.Get<TimeProvider>().GetUtcNow()), found, null, reader.Id);
    }

    private Task<string> SameAsync(PageContext page, FeedPage found, string? next, AccountId reader) => SameAsync(world, page, found, next, reader);

    private static async Task<string> SameAsync(World world, PageContext page, FeedPage found, string? next, AccountId reader)
    {
        Assert.True(HomeSheets.IsFor(page, found));
        var view = await world.Get<HomeViews>().OfAsync(found, reader, default);
        var whole = await WrittenAsync(world, Pages.Show<HomePage>(page, view with { Posts = view.Posts with { NextUrl = next } }));
        var pieces = await WrittenAsync(world, await world.Get<HomeSheets>().OfAsync(page, found, next, reader, default));

        Assert.Equal(whole, pieces);
        return pieces;
    }

    private static async Task<string> WrittenAsync(World world, IResult answer)
    {
        await using var scope = world.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Request = { Scheme = "https", Host = new("photos.example") }, Response = { Body = new MemoryStream() } };
        await answer.ExecuteAsync(http);
        Assert.Equal("text/html; charset=utf-8", http.Response.ContentType);
        var written = ((MemoryStream)http.Response.Body).ToArray();
        Assert.Equal(written.Length, http.Response.ContentLength ?? written.Length);
        return Encoding.UTF8.GetString(written);
    }
}
