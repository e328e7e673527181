using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Interactions;

/// <summary>When the days of a deleted account are over, no word of it is left and the counts of others are true.</summary>
public sealed class PurgeSpecs
{
    [Fact]
    public async Task A_purged_persons_likes_and_comments_leave_the_counts_of_others_true()
    {
        await using var world = new World { Adjust = settings => settings.Accounts.RestoreDays = 0 };
        await world.InitializeAsync();
        var (alice, bob, carol) = (await world.Alice, await world.Bob, await world.Carol);
        var photo = await world.PostAsync(alice);
        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await carol.PostAsync($"/api/v1/statuses/{photo}/favourite");
        await bob.PostAsync($"/api/v1/statuses/{photo}/bookmark");
        var theirs = await SayAsync(world, bob, photo, "words to be forgotten");
        await SayAsync(world, carol, photo, "words to be kept");

        await world.Get<AccountTable>().DeleteAsync(bob.Id, TimeSpan.Zero);
        await world.JobsDone();

        var post = (await world.Get<PostTable>().FindAsync(photo))!;
        Assert.Equal((1, 1), (post.Likes, post.Comments));
        Assert.Null(await world.Get<PostTable>().FindAsync(theirs));
        Assert.Empty((await world.Get<BookmarkTable>().OfAsync(bob.Id, IdRange.Newest(10))).Items);
        Assert.Null(await world.Get<LikeTable>().FindAsync(bob.Id, photo));
    }

    private static async Task<PostId> SayAsync(World world, PersonInWorld who, PostId answered, string text) =>
        Assert.IsType<Commented.Written>(await world.Get<Comments>().AddAsync(new Post { AccountId = who.Id, Caption = text, InReplyToId = answered }, null)).Id;
}
