using CsCheck;
using Tintype.Storage.Feeds;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

public sealed class SortedIdsSpecs
{
    /// <summary>Against a plain set: whatever is pushed and removed in whatever order, all at or above the floor is there, and nothing that a reader took changes.</summary>
    [Fact]
    public void Whatever_is_pushed_and_removed_the_newest_are_there_once() =>
        Gen.Select(Gen.Long[1, 60].Array[0, 25], Gen.Select(Gen.Bool, Gen.Long[1, 120]).Array[0, 150]).Sample((built, steps) =>
        {
            const int most = 20;
            var model = built.ToHashSet();
            var ids = new SortedIds(most);
            ids.Replace([.. model.Order()], 0);
            var taken = new List<(FeedIds Ids, long[] Copy)>();
            foreach (var (add, id) in steps)
            {
                if (add)
                {
                    ids.Add(id);
                    model.Add(id);
                }
                else
                {
                    ids.Remove(id);
                    model.Remove(id);
                }
                var now = ids.Snapshot;
                taken.Add((now, [.. now.Rising]));
                Assert.Equal(model.Where(known => known >= now.Floor).Order(), now.Rising);
                Assert.InRange(now.Rising.Count, 0, most + most / 8);
            }
            Assert.All(taken, one => Assert.Equal<IEnumerable<long>>(one.Copy, one.Ids.Rising));
        }, iter: 2000);
}
