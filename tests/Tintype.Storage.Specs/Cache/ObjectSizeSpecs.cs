using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class ObjectSizeSpecs
{
    /// <summary>It refers to cards and authors, which are other caches': fifty thousand visitors would each seem to have all of them.</summary>
    [Fact]
    public void What_was_made_of_a_value_does_not_count()
    {
        var relations = new Relations { ViewerId = new(1), Following = [new(2), new(3)], Requested = [], Blocking = [], BlockedBy = [], Muting = [] };
        var before = ObjectSize.Of(relations);

        relations.Derived = new byte[1_000_000];

        Assert.Equal(before, ObjectSize.Of(relations));
        Assert.InRange(before, 100, 400);
    }
}
