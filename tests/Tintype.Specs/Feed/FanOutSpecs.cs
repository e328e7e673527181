using Tintype.Feed;
using Tintype.Servers;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

public sealed class FanOutSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_job_that_runs_twice_makes_no_doubles()
    {
        var (me, friend) = (await world.Alice, await world.Bob);
        await world.FollowAsync(me.Id, friend.Id);
        await me.HomeAsync();
        var post = await world.PostAsync(friend);
        await world.JobsDone();

        await world.Get<FanOutPhoto>().RunAsync(new PostPublished(post, friend.Id), CancellationToken.None);
        await world.Get<FanOutPhoto>().RunAsync(new PostPublished(post, friend.Id), CancellationToken.None);

        Assert.Single(await me.HomeAsync(), post);
    }

    [Fact]
    public async Task A_photo_is_pushed_not_pulled_to_those_who_came_lately()
    {
        var (me, friend) = (await world.Carol, await world.Dave);
        await world.FollowAsync(me.Id, friend.Id);
        await world.JobsDone();
        await me.HomeAsync();
        var builds = world.Feeds().BuildCount;

        var post = await world.PostAsync(friend);
        await world.JobsDone();

        Assert.Contains(post, await me.HomeAsync());
        Assert.Equal(builds, world.Feeds().BuildCount);
    }

    /// <summary>No worker runs here: the spec takes jobs as one would, so that their order is the spec's to see.</summary>
    [Fact]
    public async Task A_fan_out_to_tens_of_thousands_gives_way_to_a_small_authors_and_still_reaches_everybody()
    {
        await using var idle = await World.StartAsync(settings => (settings.Roles, settings.Feed.BigAuthorFollowers) = ("feed", 100_000));
        var (me, large, small) = (await idle.Alice, await idle.Bob, await idle.Carol);
        var ids = idle.Get<IdGenerator>();
        await idle.Get<FollowImport>().AddAsync([.. Enumerable.Range(0, (2 * FanOutPhoto.Stretch) + 1).Select(_ => (ids.NextAnywhere<Account>(), large.Id))]);
        await idle.FollowAsync(me.Id, large.Id);
        await idle.FollowAsync(me.Id, small.Id);
        Assert.Empty(await me.HomeAsync());
        var (photo, other) = (await idle.PostAsync(large), await idle.PostAsync(small));

        // I came before all the others who follow Bob, so I am the last to be served.
        await idle.Get<FanOutPhoto>().RunAsync(new PostPublished(photo, large.Id), CancellationToken.None);
        await idle.Get<FanOutPhoto>().RunAsync(new PostPublished(other, small.Id), CancellationToken.None);
        Assert.Equal([other], await me.HomeAsync());

        var partition = idle.Get<ShardMap>().PartitionOf(photo.In(Cluster.Content));
        var (paused, due) = (0, await TakeAsync());
        Assert.Equal(FanOutPaused.Kind, due[^1].Kind);
        for (; due.LastOrDefault()?.Kind == FanOutPaused.Kind; due = await TakeAsync())
        {
            paused++;
            await idle.Get<JobHandlers>().RunAsync(idle.Services, due[^1], CancellationToken.None);
        }
        Assert.Equal(2, paused);
        Assert.Equal([other, photo], await me.HomeAsync());

        Task<IReadOnlyList<OutboxRow>> TakeAsync() => idle.Get<OutboxTable>().ClaimAsync(partition, Lane.FanOut, 10, TimeSpan.FromMinutes(5), CancellationToken.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Photos_of_a_big_author_are_merged_when_read_without_gap_or_double_as_they_grow_and_shrink(bool onRedis)
    {
        var memory = onRedis ? (await MemoryServer.SharedAsync(MemoryKind.Redis)).Configuration : null;
        await using var small = await World.StartAsync(settings =>
        {
            settings.Feed.BigAuthorFollowers = 3;
            settings.Memory.Servers = memory ?? settings.Memory.Servers;
            settings.Memory.Prefix = memory is null ? settings.Memory.Prefix : MemoryServer.OwnPrefix();
        });
        var (me, big, other) = (await small.Alice, await small.Bob, await small.Carol);
        await small.FollowAsync(me.Id, big.Id);
        await small.FollowAsync(me.Id, other.Id);
        await me.HomeAsync();
        var pushed = await small.PostAsync(big);
        await small.JobsDone();

        // From here on three follow Bob: nothing of his is pushed.
        await small.FollowAsync(other.Id, big.Id);
        await small.FollowAsync((await small.Dave).Id, big.Id);
        await small.JobsDone();
        var builds = small.Feeds().BuildCount;
        var merged = await small.PostAsync(big);
        var between = await small.PostAsync(other);
        var last = await small.PostAsync(big);
        await small.JobsDone();
        Assert.Equal([last, between, merged, pushed], await me.HomeAsync());
        Assert.Equal([last, between, merged, pushed], await me.WholeHomeAsync(limit: 1));
        Assert.Equal(builds, small.Feeds().BuildCount);

        // And below the threshold again: pushed, without a gap or a double.
        await small.UnfollowAsync((await small.Dave).Id, big.Id);
        await small.JobsDone();
        var pushedAgain = await small.PostAsync(big);
        await small.JobsDone();
        Assert.Equal([pushedAgain, last, between, merged, pushed], await me.HomeAsync());

        await small.DeleteAsync(merged);
        Assert.Equal([pushedAgain, last, between, pushed], await me.HomeAsync());
        await small.UnfollowAsync(me.Id, big.Id);
        Assert.Equal([between], await me.HomeAsync());
    }
}
