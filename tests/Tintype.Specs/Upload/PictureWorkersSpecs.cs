using Tintype.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class PictureWorkersSpecs
{
    [Fact]
    public async Task Work_that_is_done_before_it_is_waited_for_is_answered()
    {
        using var workers = new PictureWorkers(2, TimeSpan.FromMinutes(1), TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(one => Task.Run(async () =>
        {
            for (var count = 0; count < 2_000; count++)
            {
                Assert.Equal(count, await workers.RunAsync(_ => count, CancellationToken.None));
            }
        })));
    }
}
