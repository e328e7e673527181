using Tintype.Commands;
using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Specs.Commands;

public sealed class CachesSpecs
{
    private static readonly CacheReport Well = new("cards", 100, 1 << 20, 60, true, "specs", 50, 1 << 19, 99_000, 1_000, 500, 500, 10, 10, 100, 100, 0, []);

    [Fact]
    public void A_cache_that_does_well_or_was_hardly_asked_gets_no_hint()
    {
        Assert.Equal("", CachesCommand.Hint(Well));
        Assert.Equal("", CachesCommand.Hint(Well with { Hits = 0, Misses = 900, Evictions = 900 }));
    }

    [Fact]
    public void A_cache_gets_the_hint_that_its_misses_call_for()
    {
        var bad = Well with { Hits = 5_000, Misses = 5_000 };

        Assert.StartsWith("too small", CachesCommand.Hint(bad with { Evictions = 4_000 }), StringComparison.Ordinal);
        Assert.StartsWith("too short", CachesCommand.Hint(bad with { Expired = 4_000 }), StringComparison.Ordinal);
        Assert.StartsWith("of no use", CachesCommand.Hint(Well with { Hits = 50, Misses = 5_000 }), StringComparison.Ordinal);
        Assert.StartsWith("written more often", CachesCommand.Hint(bad with { Forgotten = 6_000 }), StringComparison.Ordinal);
    }
}
