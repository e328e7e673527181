using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class SenderCountsSpecs
{
    private readonly SetClock clock = new();
    private readonly SenderCounts counts;

    public SenderCountsSpecs() => counts = new(clock);

    [Fact]
    public void What_comes_a_second_time_is_not_new()
    {
        Assert.Equal([true, true, false, true, false, true, false], Heard(7, 8, 8, 11, 11, 9, 3));
        Assert.True(counts.IsNew("somebody else", 3));
    }

    [Fact]
    public void What_comes_out_of_turn_is_not_lost()
    {
        Heard(1, 4, 3);
        clock.Move(SenderCounts.OutOfTurn / 2);
        Heard(2, 5);
        clock.Move(SenderCounts.OutOfTurn);

        Assert.False(counts.HasLost());
    }

    [Fact]
    public void What_has_not_come_a_second_after_a_later_one_is_lost_and_told_once()
    {
        Heard(1, 3, 5);
        clock.Move(SenderCounts.OutOfTurn / 2);
        Heard(7);
        Assert.False(counts.HasLost());

        clock.Move(SenderCounts.OutOfTurn / 2);
        Assert.True(counts.HasLost());

        clock.Move(SenderCounts.OutOfTurn);
        Assert.False(counts.HasLost());
        Assert.Equal([false, true], Heard(2, 8));
    }

    [Fact]
    public void A_thousand_that_came_out_of_turn_are_not_waited_for()
    {
        Heard([1, .. Enumerable.Range(3, 1_000)]);

        Assert.True(counts.HasLost());
    }

    [Fact]
    public void Every_sender_is_counted_by_itself()
    {
        counts.IsNew("one", 1);
        counts.IsNew("other", 8);
        counts.IsNew("one", 2);
        counts.IsNew("other", 9);
        clock.Move(SenderCounts.OutOfTurn);

        Assert.False(counts.HasLost());
    }

    private bool[] Heard(params int[] numbers) => Array.ConvertAll(numbers, number => counts.IsNew("somebody", number));
}
