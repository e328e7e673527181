using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Servers;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>One process takes photos in, another fans them out, two serve feeds, on PostgreSQL and Redis: together they do what one does.</summary>
public sealed class SeparateProcessesSpecs
{
    [Fact]
    public async Task A_photo_reaches_the_feeds_of_followers_wherever_they_read()
    {
        await using var world = await SplitAsync();
        WebApplication[] feeds = [await AnotherAsync(world, "feed"), await AnotherAsync(world, "feed")];
        await AnotherAsync(world, "worker");
        var (alice, bob) = (await world.Alice, await world.Bob);
        await world.FollowAsync(bob.Id, alice.Id);
        var first = await world.PostAsync(alice);
        var readers = feeds.Select(feed => world.Client(bob.Bearer, feed.Urls.First())).ToList();
        foreach (var reader in readers)
        {
            await SeenAsync(reader, first);
        }
        var builds = Builds(feeds);

        var second = await world.PostAsync(alice);

        foreach (var reader in readers)
        {
            await SeenAsync(reader, second);
        }
        // A process that has just begun to listen fetches its copies anew, but neither pulls what the other has.
        Assert.InRange(Builds(feeds) - builds, 0, 1);
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task A_photo_of_a_big_author_is_noted_once_and_read_everywhere()
    {
        await using var world = await SplitAsync(settings => settings.Feed.BigAuthorFollowers = 1);
        WebApplication[] feeds = [await AnotherAsync(world, "feed"), await AnotherAsync(world, "feed")];
        await AnotherAsync(world, "worker");
        var (alice, bob) = (await world.Alice, await world.Bob);
        await world.FollowAsync(bob.Id, alice.Id);
        var readers = feeds.Select(feed => world.Client(bob.Bearer, feed.Urls.First())).ToList();
        foreach (var reader in readers)
        {
            Assert.Equal("[]", await reader.GetStringAsync("/api/v1/timelines/home"));
        }

        var photo = await world.PostAsync(alice);

        foreach (var reader in readers)
        {
            await SeenAsync(reader, photo);
        }
        await World.Until(() => Task.FromResult(feeds.All(feed =>
            feed.Services.GetRequiredService<IFeedStore>().Unpushed.MergeInto(FeedIds.Empty, author => author == alice.Id).Rising.Contains(photo.Value))), "every process knows of the note");
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task While_the_memory_server_is_dead_photos_are_taken_and_read_and_when_it_is_back_fanned_out()
    {
        await using var redis = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var world = await SplitAsync(settings => settings.Memory.Servers = redis.Configuration);
        var feed = await AnotherAsync(world, "feed");
        await AnotherAsync(world, "worker");
        var (alice, bob) = (await world.Alice, await world.Bob);
        await world.FollowAsync(bob.Id, alice.Id);
        using var reader = world.Client(bob.Bearer, feed.Urls.First());
        await SeenAsync(reader, await world.PostAsync(alice));

        await redis.Process.KillAsync();
        var dark = await world.PostAsync(alice);
        await SeenAsync(reader, dark);
        await redis.StartAgainAsync();
        var after = await world.PostAsync(alice);

        await SeenAsync(reader, after);
        await world.JobsDone();
        await SeenAsync(reader, dark);
    }

    private static async Task SeenAsync(HttpClient reader, PostId photo) =>
        await World.Until(async () => (await reader.GetStringAsync("/api/v1/timelines/home")).Contains($"\"id\":\"{photo}\"", StringComparison.Ordinal), $"{photo} is seen", seconds: 30);

    private static long Builds(IEnumerable<WebApplication> feeds) => feeds.Sum(feed => feed.Services.GetRequiredService<IFeedStore>().BuildCount);

    private static Task<WebApplication> AnotherAsync(World world, string roles) =>
        world.StartAnotherAsync($"http://127.0.0.1:{LoopbackPort.Take()}", settings => settings.Roles = roles);

    /// <summary>The process that takes photos in, and people in: it neither serves feeds nor runs jobs.</summary>
    private static async Task<World> SplitAsync(Action<Settings>? adjust = null)
    {
        var redis = await MemoryServer.SharedAsync(MemoryKind.Redis);
        var prefix = MemoryServer.OwnPrefix();
        var world = new World
        {
            OnPostgres = true,
            Adjust = settings =>
            {
                settings.Memory.Servers = redis.Configuration;
                settings.Memory.Prefix = prefix;
                settings.Roles = "upload,friends,profile,interactions,accounts";
                adjust?.Invoke(settings);
            },
        };
        await world.InitializeAsync();
        return world;
    }
}
