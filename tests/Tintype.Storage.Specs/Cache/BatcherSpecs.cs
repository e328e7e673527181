using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class BatcherSpecs
{
    private readonly Batcher<int> batcher = new(TimeSpan.FromMilliseconds(300), 4, TimeProvider.System);
    private readonly System.Collections.Concurrent.ConcurrentQueue<int[]> batches = new();

    [Fact]
    public async Task What_comes_within_a_moment_is_done_in_one_go()
    {
        batcher.Add([1], Note);
        batcher.Add([2, 3], Note);
        batcher.Add([], Note);
        Assert.Empty(batches);

        await Eventually.HoldsAsync(() => Task.FromResult(!batches.IsEmpty), "the moment is over");
        Assert.Equal([[1, 2, 3]], batches);
    }

    [Fact]
    public async Task Enough_of_it_does_not_wait_for_more_and_what_comes_after_has_a_moment_of_its_own()
    {
        batcher.Add([1, 2], Note);
        batcher.Add([3, 4, 5], Note);
        Assert.Equal([[1, 2, 3, 4, 5]], batches);

        batcher.Add([6], Note);
        await Eventually.HoldsAsync(() => Task.FromResult(batches.Count == 2), "the moment is over");
        Assert.Equal([[1, 2, 3, 4, 5], [6]], batches);
    }

    [Fact]
    public async Task Of_what_many_bring_at_once_nothing_is_lost_and_nothing_done_twice()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => Task.Run(() => batcher.Add([n], Note))));

        await Eventually.HoldsAsync(() => Task.FromResult(batches.Sum(batch => batch.Length) >= 1000), "all are done");
        Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(batch => batch).Order());
    }

    private void Note(List<int> batch) => batches.Enqueue([.. batch]);
}
