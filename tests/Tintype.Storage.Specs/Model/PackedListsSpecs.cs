using CsCheck;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Model;

public sealed class PackedListsSpecs
{
    [Fact]
    public void Whatever_pairs_are_packed_each_is_there_once_in_order_from_both_ends() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 60].Sample(pairs =>
        {
            var lists = PackedLists.Of(10, pairs);
            var turned = lists.Turned();

            Assert.Equal(pairs.Distinct().Order(), lists.Pairs());
            Assert.Equal(pairs.Distinct().Select(pair => (pair.Item2, pair.Item1)).Order(), turned.Pairs());
            Assert.Equal((10, 10, lists.Entries), (lists.Lists, turned.Lists, turned.Entries));
            Assert.Equal(pairs.Where(pair => pair.Item1 == 3).Select(pair => pair.Item2).Distinct().Order(), lists[3].ToArray());
        });
}
