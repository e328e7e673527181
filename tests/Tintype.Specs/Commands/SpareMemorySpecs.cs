using Tintype.Commands;
using Xunit;

namespace Tintype.Specs.Commands;

public sealed class SpareMemorySpecs
{
    [Theory]
    [InlineData(0, 63, 0, false, "a small instance is left alone")]
    [InlineData(0, 64, 0, true, "quiet, and grown")]
    [InlineData(19, 64, 0, true, "thousands read what is remembered")]
    [InlineData(20, 400, 0, false, "they are still arriving")]
    [InlineData(0, 79, 64, false, "less than is worth a pause")]
    [InlineData(0, 80, 64, true, "grown again")]
    [InlineData(0, 259, 240, false, "less than a twelfth of a larger heap")]
    [InlineData(0, 260, 240, true, "a larger heap has grown")]
    [InlineData(0, 200, 260, false, "it has shrunk")]
    public void The_heap_is_compacted_when_it_is_quiet_and_has_grown(int allocated, int heap, int compacted, bool isDue, string why) =>
        Assert.True(SpareMemory.IsCompactionDue(MiB(allocated), MiB(heap), MiB(compacted)) == isDue, why);

    private static long MiB(int number) => number * 1024L * 1024;
}
