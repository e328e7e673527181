using System.Net;
using Tintype.Cards;
using Tintype.Interactions;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Interactions;

/// <summary>Likes are counted exactly, whatever the order in which their copies arrive.</summary>
public sealed class LikeSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_like_is_counted_at_once_and_once()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);

        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        var again = await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        var back = await bob.PostAsync($"/api/v1/statuses/{photo}/unfavourite");

        Assert.Equal((true, 1), (again.GetProperty("favourited").GetBoolean(), again.GetProperty("favourites_count").GetInt32()));
        Assert.Equal((false, 0), (back.GetProperty("favourited").GetBoolean(), back.GetProperty("favourites_count").GetInt32()));
    }

    [Fact]
    public async Task A_hundred_likes_and_unlikes_at_once_end_at_the_exact_count()
    {
        var alice = await world.Alice;
        var photo = await world.PostAsync(alice);
        var fans = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.PersonAsync($"fan{i}")));
        var likes = world.Get<Likes>();

        // Five each, in an order nobody knows: likes and unlikes of one person race each other.
        await Task.WhenAll(fans.SelectMany(fan => Enumerable.Range(0, 5).Select(i => Task.Run(() => likes.SetAsync(fan.Id, photo, liked: i % 2 == 0)))));
        await world.JobsDone();

        var truths = await Task.WhenAll(fans.Select(fan => world.Get<LikeTable>().FindAsync(fan.Id, photo)));
        var expected = truths.Count(like => like!.Liked);
        var listed = await world.Get<LikeTable>().OfPostAsync(photo, IdRange.Newest(80));
        Assert.Equal(expected, listed.Items.Count);
        Assert.Equal(expected, (await world.Get<PostTable>().FindAsync(photo))!.Likes);
        Assert.Equal(expected, (await world.Get<CardStore>().FindAsync(photo))!.Post.Likes);
    }

    [Fact]
    public async Task A_late_copy_of_an_older_state_changes_nothing()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        var table = world.Get<LikeTable>();
        var older = (await table.SetAsync(bob.Id, photo, liked: true))!;
        var newer = (await table.SetAsync(bob.Id, photo, liked: false))!;

        await table.CarryAsync(newer); // Unless its job has done so already.
        Assert.False(await table.CarryAsync(older));
        Assert.False(await table.CarryAsync(newer));

        Assert.Equal(0, (await world.Get<PostTable>().FindAsync(photo))!.Likes);
    }

    [Fact]
    public async Task Favourites_and_bookmarks_page_by_when_they_were_made()
    {
        var (alice, carol) = (await world.Alice, await world.Carol);
        var photos = new List<PostId>();
        for (var i = 0; i < 5; i++)
        {
            photos.Add(await world.PostAsync(alice));
        }
        // Not in the order of posting.
        foreach (var photo in new[] { photos[3], photos[0], photos[4], photos[1], photos[2] })
        {
            await carol.PostAsync($"/api/v1/statuses/{photo}/favourite");
            await carol.PostAsync($"/api/v1/statuses/{photo}/bookmark");
        }

        string[] expected = [$"{photos[2]}", $"{photos[1]}", $"{photos[4]}", $"{photos[0]}", $"{photos[3]}"];
        Assert.Equal(expected, await Walk.ThroughAsync(carol, "/api/v1/favourites?limit=2"));
        Assert.Equal(expected, await Walk.ThroughAsync(carol, "/api/v1/bookmarks?limit=2"));
    }

    [Fact]
    public async Task Favourited_by_pages_through_all_and_names_nobody_twice()
    {
        var alice = await world.Alice;
        var photo = await world.PostAsync(alice);
        var fans = await Task.WhenAll(Enumerable.Range(0, 7).Select(i => world.PersonAsync($"fan{i}")));
        foreach (var fan in fans)
        {
            await fan.PostAsync($"/api/v1/statuses/{photo}/favourite");
        }

        Assert.Equal(fans.Reverse().Select(fan => $"{fan.Id}"), await Walk.ThroughAsync(alice, $"/api/v1/statuses/{photo}/favourited_by?limit=3"));
    }

    [Fact]
    public async Task The_forms_answer_scripts_with_the_new_state_and_browsers_with_a_way_back_on_this_site()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        using var browser = await BrowserOf.SignInAsync(world, bob);

        using var liked = await browser.PostAsync($"/posts/{photo}/like", ("returnUrl", "/@alice"));
        using var elsewhere = await browser.PostAsync($"/posts/{photo}/unlike", ("returnUrl", "//evil.example/"));
        using var nothing = await browser.PostAsync("/posts/12345/like");

        Assert.Equal("/@alice", liked.Headers.Location!.ToString());
        Assert.Equal($"/@alice/{photo}", elsewhere.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }
}
