using Tintype.Storage.Feeds;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

/// <summary>What only the process that keeps all feeds must do: give them up in time.</summary>
public sealed class LocalFeedStoreSpecs
{
    private static readonly AccountId Alice = new(1);
    private readonly SetClock clock = new();

    [Fact]
    public async Task A_feed_nobody_read_for_fourteen_days_is_given_up_at_the_next_push()
    {
        var store = Store();
        await store.BuildAsync(Alice, 7, _ => Task.FromResult<IReadOnlyList<long>>([1]));
        clock.Move(TimeSpan.FromDays(13));
        await store.PushAsync(new(2), [Alice]);
        Assert.Equal(1, store.Count);

        clock.Move(TimeSpan.FromDays(2));
        await store.PushAsync(new(3), [Alice]);

        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Too_many_feeds_give_way_to_those_read_lately()
    {
        var store = Store();
        for (var owner = 1; owner <= 250; owner++)
        {
            clock.Move(TimeSpan.FromSeconds(1));
            await store.BuildAsync(new(owner), 7, _ => Task.FromResult<IReadOnlyList<long>>([owner]));
            Assert.True(store.TryGet(new(1), 7, out _), "somebody who reads all the time keeps their feed");
            Assert.InRange(store.Count, 1, 100);
        }
        Assert.True(store.TryGet(new(250), 7, out _));
        Assert.False(store.TryGet(new(2), 7, out _));
    }

    private LocalFeedStore Store() => new(new FeedOptions(20, 100, TimeSpan.FromDays(14)), clock);
}
