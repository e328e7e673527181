using System.Net;
using System.Text.Json;
using Tintype.Cards;
using Tintype.Interactions;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Interactions;

/// <summary>Who hears of what: once, never of oneself, never across a block or mute.</summary>
public sealed class NotificationSpecs : IAsyncLifetime
{
    private readonly World world = new();

    public ValueTask InitializeAsync() => world.InitializeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task What_is_told_at_once_and_again_by_the_outbox_stands_once()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);

        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await SayAsync(bob, photo, "lovely, @alice");
        var atOnce = await alice.GetAsync("/api/v1/notifications");
        await world.JobsDone();

        Assert.Equal(["mention", "favourite"], Types(atOnce));
        Assert.Equal(["mention", "favourite"], Types(await alice.GetAsync("/api/v1/notifications")));
        Assert.Equal(["favourite"], Types(await alice.GetAsync("/api/v1/notifications?types[]=favourite")));
        Assert.Equal(["mention"], Types(await alice.GetAsync("/api/v1/notifications?exclude_types[]=favourite")));
    }

    [Fact]
    public async Task A_reply_is_heard_by_the_one_answered_and_by_the_photos_author()
    {
        var (alice, bob, carol, dave) = (await world.Alice, await world.Bob, await world.Carol, await world.Dave);
        var photo = await world.PostAsync(alice);
        var comment = await SayAsync(bob, photo, "first");

        await SayAsync(carol, comment, "I agree, ask @dave");
        await SayAsync(alice, comment, "thank you");

        Assert.Equal(2, (await alice.GetAsync("/api/v1/notifications")).GetArrayLength());
        Assert.Equal(2, (await bob.GetAsync("/api/v1/notifications")).GetArrayLength());
        Assert.Equal(1, (await dave.GetAsync("/api/v1/notifications")).GetArrayLength());
        Assert.Equal(0, (await carol.GetAsync("/api/v1/notifications")).GetArrayLength());
    }

    [Fact]
    public async Task A_like_that_was_taken_back_is_no_news()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);

        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await bob.PostAsync($"/api/v1/statuses/{photo}/unfavourite");
        await world.JobsDone();

        Assert.Empty(Types(await alice.GetAsync("/api/v1/notifications")));
    }

    [Fact]
    public async Task Nobody_hears_across_a_block_or_from_somebody_muted()
    {
        var (alice, bob, carol, dave) = (await world.Alice, await world.Bob, await world.Carol, await world.Dave);
        var photo = await world.PostAsync(alice);
        await world.Get<BlockTable>().SetAsync(dave.Id, carol.Id, active: true);
        await world.Get<BlockTable>().CopyAsync(dave.Id, carol.Id);
        await world.Get<MuteTable>().SetAsync(dave.Id, bob.Id, muted: true);
        await world.Get<RelationCache>().ForgetAsync(dave.Id, carol.Id);

        await SayAsync(carol, photo, "look @dave");
        await SayAsync(bob, photo, "look @dave");
        await world.JobsDone();

        Assert.Empty(Types(await dave.GetAsync("/api/v1/notifications")));
    }

    [Fact]
    public async Task Nobody_is_called_to_a_photo_they_may_not_see()
    {
        var (bob, carol) = (await world.Bob, await world.Carol);
        var secretive = await world.PersonAsync("secretive", isPrivate: true);
        var photo = await world.PostAsync(secretive);
        await FollowAsync(bob, secretive);

        await SayAsync(bob, photo, "see this @carol");
        await world.JobsDone();

        Assert.Empty(Types(await carol.GetAsync("/api/v1/notifications")));
        Assert.Equal(["mention"], Types(await secretive.GetAsync("/api/v1/notifications?types[]=mention")));
    }

    [Fact]
    public async Task Unread_counts_down_to_the_marker_and_clearing_leaves_nothing()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await SayAsync(bob, photo, "one");
        await SayAsync(bob, photo, "two");
        var list = await alice.GetAsync("/api/v1/notifications");
        var second = list[1].GetProperty("id").GetString();

        Assert.Equal(3, await UnreadAsync(alice));
        var marker = await alice.PostAsync("/api/v1/markers", new { notifications = new { last_read_id = second } });
        Assert.Equal(second, marker.GetProperty("notifications").GetProperty("last_read_id").GetString());
        Assert.Equal(second, (await alice.GetAsync("/api/v1/markers?timeline[]=notifications")).GetProperty("notifications").GetProperty("last_read_id").GetString());
        Assert.Equal(1, await UnreadAsync(alice));

        await alice.PostAsync($"/api/v1/notifications/{second}/dismiss");
        Assert.Equal(HttpStatusCode.NotFound, await alice.StatusOfGetAsync($"/api/v1/notifications/{second}"));
        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusOfGetAsync($"/api/v1/notifications/{list[0].GetProperty("id").GetString()}"));
        await alice.PostAsync("/api/v1/notifications/clear");
        Assert.Empty(Types(await alice.GetAsync("/api/v1/notifications")));
        Assert.Equal(0, await UnreadAsync(alice));
    }

    [Fact]
    public async Task Only_the_newest_thousand_are_kept()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var table = world.Get<NotificationTable>();

        for (var i = 1; i <= NotificationTable.Kept + 20; i++)
        {
            await table.AddAsync(new NotificationDue(alice.Id, NotificationKind.Mention, bob.Id, new PostId(i)));
        }

        var all = await table.OfAsync(alice.Id, [NotificationKind.Mention], IdRange.Newest(2 * NotificationTable.Kept));
        Assert.Equal(NotificationTable.Kept, all.Items.Count);
        Assert.Equal(NotificationTable.Kept + 20, all.Items[0].PostId!.Value.Value);
    }

    [Fact]
    public async Task The_activity_page_gathers_likes_of_a_photo_and_marks_what_is_new()
    {
        var (alice, bob, carol) = (await world.Alice, await world.Bob, await world.Carol);
        var photo = await world.PostAsync(alice);
        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await carol.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await SayAsync(bob, photo, "what a sky");
        using var browser = await BrowserOf.SignInAsync(world, alice);

        var before = await browser.GetAsync("/activity");
        var newest = (await alice.GetAsync("/api/v1/notifications"))[0].GetProperty("id").GetString()!;
        using var read = await browser.PostAsync("/activity/read", ("maxId", newest));
        var after = await browser.GetAsync("/activity");

        Assert.Contains("and 1 other", before, StringComparison.Ordinal);
        Assert.Contains("what a sky", before, StringComparison.Ordinal);
        Assert.Contains("event unread", before, StringComparison.Ordinal);
        Assert.Equal("/activity", read.Headers.Location!.ToString());
        Assert.DoesNotContain("event unread", after, StringComparison.Ordinal);
    }

    private async Task FollowAsync(PersonInWorld follower, PersonInWorld followee)
    {
        await world.Get<FollowTable>().FollowAsync(follower.Id, followee.Id, asks: false);
        await world.Get<FollowTable>().CopyAsync(follower.Id, followee.Id);
        await world.Get<RelationCache>().ForgetAsync(follower.Id, followee.Id);
    }

    private async Task<PostId> SayAsync(PersonInWorld who, PostId answered, string text) =>
        Assert.IsType<Commented.Written>(await world.Get<Comments>().AddAsync(new Post { AccountId = who.Id, Caption = text, InReplyToId = answered }, null)).Id;

    private static async Task<int> UnreadAsync(PersonInWorld person) =>
        (await person.GetAsync("/api/v1/notifications/unread_count")).GetProperty("count").GetInt32();

    private static string[] Types(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("type").GetString()!)];
}
