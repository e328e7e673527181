using Tintype.Storage.Cache.Levels;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

/// <summary>When a shared level is taken to have lost what it had.</summary>
public sealed class SeenKeysSpecs
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly SetClock clock = new();
    private readonly SeenKeys<int> seen;

    public SeenKeysSpecs() => seen = new(Life, clock);

    [Fact]
    public void What_was_never_there_is_not_lost()
    {
        Assert.DoesNotContain(true, Enumerable.Range(0, 1_000).Select(n => seen.Note(n, isFound: false)));
        Assert.Empty(seen.Known());
    }

    [Fact]
    public void Once_a_quarter_of_what_was_there_is_not_it_is_said_once()
    {
        See(32);

        var said = Enumerable.Range(0, 32).Count(n => seen.Note(n, isFound: n % 4 != 0));

        Assert.Equal(1, said);
    }

    [Fact]
    public void Fewer_that_are_gone_were_given_up_one_by_one()
    {
        See(32);

        Assert.DoesNotContain(true, Enumerable.Range(0, 32).Select(n => seen.Note(n, isFound: n >= 7)));
    }

    [Fact]
    public void It_is_not_said_again_at_once_but_later()
    {
        See(200);
        var said = Enumerable.Range(0, 100).Count(n => seen.Note(n, isFound: false));

        clock.Move(TimeSpan.FromSeconds(11));

        Assert.Equal(1, said);
        Assert.Equal(1, Enumerable.Range(100, 100).Count(n => seen.Note(n, isFound: false)));
    }

    [Fact]
    public void What_was_forgotten_is_not_lost_and_not_known_any_more()
    {
        See(64);
        for (var n = 0; n < 64; n++)
        {
            seen.Forget(n);
        }

        Assert.DoesNotContain(true, Enumerable.Range(0, 64).Select(n => seen.Note(n, isFound: false)));
        Assert.Empty(seen.Known());
    }

    [Fact]
    public void What_was_seen_long_ago_may_have_ended()
    {
        See(64);
        clock.Move(Life);

        Assert.DoesNotContain(true, Enumerable.Range(0, 64).Select(n => seen.Note(n, isFound: false)));
        Assert.Empty(seen.Known());
    }

    [Fact]
    public void Most_of_what_fits_is_known_and_never_more()
    {
        See(2_000);
        Assert.InRange(seen.Known().Length, 1_600, 2_000);

        See(100_000);
        Assert.InRange(seen.Known().Length, 8_000, 8_192);
    }

    private void See(int count)
    {
        for (var n = 0; n < count; n++)
        {
            seen.Note(n, isFound: true);
        }
    }
}
