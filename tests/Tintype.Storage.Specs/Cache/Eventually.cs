using Xunit;

namespace Tintype.Storage.Specs.Cache;

internal static class Eventually
{
    /// <summary>Asks until it holds; what it throws meanwhile means "not yet".</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, string what, int seconds = 20)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                last = error;
            }
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within {seconds} s: {what} {last?.Message}");
            await Task.Delay(10);
        }
    }
}
