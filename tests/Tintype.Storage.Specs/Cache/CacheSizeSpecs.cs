using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class CacheSizeSpecs
{
    private static readonly CachePolicy Policy = new("specs", 10_000, 1, TimeSpan.FromMinutes(1), false, "specs");
    private readonly SetClock clock = new();

    [Fact]
    public async Task A_cache_whose_bytes_are_full_gives_up_what_is_used_least()
    {
        var levels = CacheLevels.Alone(clock);
        var cache = new PromiseCache<int, string>(Policy, levels);
        var loads = 0;
        for (var key = 1; key <= 2_000; key++)
        {
            await cache.GetAsync(key, LargeAsync);
            await cache.GetAsync(0, _ => { loads++; return LargeAsync(0); });
        }

        var report = levels.All.Single().Report();
        Assert.InRange(report.Bytes, report.MostBytes / 2, report.MostBytes + (report.MostBytes / 10));
        Assert.InRange(report.Evictions, 1_900, 2_000);
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task A_cache_of_small_values_keeps_as_many_as_its_entries()
    {
        var levels = CacheLevels.Alone(clock);
        var cache = new PromiseCache<int, string>(Policy with { Entries = 1_000 }, levels);
        for (var key = 0; key < 3_000; key++)
        {
            await cache.GetAsync(key, _ => Task.FromResult<string?>("small"));
        }

        Assert.InRange(levels.All.Single().Report().Entries, 900, 1_000);
    }

    [Fact]
    public void A_size_an_operator_wants_moves_entries_along_with_bytes()
    {
        var sizes = new CacheSizes(new Dictionary<string, int> { ["Viewer-Marks"] = CachePolicies.ViewerMarks.Megabytes * 2 });

        Assert.Equal(CachePolicies.ViewerMarks.Entries * 2, sizes.Of(CachePolicies.ViewerMarks).Entries);
        Assert.Equal(CachePolicies.ViewerMarks.Megabytes * 2, sizes.Of(CachePolicies.ViewerMarks).Megabytes);
        Assert.Same(CachePolicies.Cards, sizes.Of(CachePolicies.Cards));
    }

    [Fact]
    public async Task Reads_that_find_a_lifetime_over_are_counted_apart()
    {
        var levels = CacheLevels.Alone(clock);
        var cache = new PromiseCache<int, string>(Policy with { Name = "specs of ends" }, levels);
        await cache.GetAsync(1, LargeAsync);
        clock.Move(Policy.Lifetime);
        await cache.GetAsync(1, LargeAsync);
        await cache.GetAsync(2, LargeAsync);

        Assert.Equal((3, 1), (levels.All.Single().Report().Misses, levels.All.Single().Report().Expired));
    }

    [Fact]
    public void What_was_hot_makes_room_for_what_is()
    {
        var hot = new HotKeys(clock);
        for (var n = 0; n < 1_000; n++)
        {
            hot.Add("yesterday's");
        }
        Assert.Equal("yesterday's", hot.Top(1).Single().Key);

        clock.Move(TimeSpan.FromMinutes(5));
        for (var n = 0; n < 100; n++)
        {
            hot.Add("today's");
        }
        Assert.Equal("today's", hot.Top(1).Single().Key);

        clock.Move(TimeSpan.FromHours(1));
        Assert.Empty(hot.Top(1));
    }

    // 20 KB each: fifty fill a megabyte.
    private static Task<string?> LargeAsync(int key) => Task.FromResult<string?>(new string('x', 10_000));
}
