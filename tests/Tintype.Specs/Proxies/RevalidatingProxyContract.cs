using Xunit;

namespace Tintype.Specs.Proxies;

/// <summary>What a proxy does besides that knows stale-while-revalidate.</summary>
public abstract class RevalidatingProxyContract(ProxiedWorld at) : CachingProxyContract(at)
{
    protected override bool ShowsPicturesPastSharedAge => true;

    [Fact]
    public async Task Nobody_waits_while_it_asks_whether_a_page_changed()
    {
        At.Live(fresh: 1, stale: 600);
        var (page, _, id) = await PhotoAsync();
        var before = await ReadAsync(page);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("status", "meanwhile changed")]);
        using var edited = await (await World.Alice).Http.PutAsync($"/api/v1/statuses/{id}", form);
        await AfterAsync(seconds: 1);

        using (At.Origin.Hold(page))
        {
            await World.Until(async () =>
            {
                await SeesAsync(page, before);
                return At.Origin.Count(page) == 2;
            }, "it asks us");
            await SeesAsync(page, before);
        }

        await World.Until(async () => (await ReadAsync(page)).Contains("meanwhile changed", StringComparison.Ordinal), "it shows what it was told");
    }

    /// <summary>Somebody who just came: on a connection for which it asks, nginx answers nothing further until it has been told.</summary>
    private async Task SeesAsync(string page, string expected)
    {
        using var passer = At.Client();
        Assert.Equal(expected, await ReadAsync(page, passer));
    }
}
