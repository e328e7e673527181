using Microsoft.Playwright;
using Tintype.Demo.Painting;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>What the home page costs: bytes over the wire, requests, and how far things move while it loads.</summary>
[Collection(nameof(Browser))]
public sealed class PageWeightSpecs(World world, Browser browser) : IClassFixture<World>, IClassFixture<Browser>
{
    private const int MostBytes = 60_000;
    private const int MostScriptBytes = 15_000;

    [Fact]
    public async Task Home_is_light_asks_nobody_else_and_hardly_shifts()
    {
        var author = await browser.VisitorAsync(world.Url);
        await author.SignUpAsync("weigher", "Weigher");
        foreach (var motif in new[] { Motif.Alps, Motif.Sea, Motif.City, Motif.Forest, Motif.Dunes })
        {
            await author.PostPhotosAsync($"A {motif} with a caption of some length, as people write them, and a #tag or two #{motif}", motif);
        }
        foreach (var motif in new[] { Motif.Alps, Motif.Sea, Motif.City, Motif.Forest, Motif.Dunes })
        {
            await author.WaitUntilLiveAsync($"A {motif}");
        }

        var page = await author.Context.NewPageAsync();
        var cold = await author.Context.NewCDPSessionAsync(page);
        await cold.SendAsync("Network.enable");
        await cold.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        var finished = new List<IRequest>();
        page.RequestFinished += (_, request) => finished.Add(request);
        await page.NoteShiftsAsync();
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.Load });

        var weights = new List<(string Type, string Url, int Bytes)>();
        foreach (var request in finished.ToArray())
        {
            var sizes = await request.SizesAsync();
            weights.Add((request.ResourceType, request.Url, sizes.ResponseBodySize + sizes.ResponseHeadersSize));
        }
        Assert.All(weights, weight => Assert.StartsWith(world.Url, weight.Url));
        var text = weights.Where(weight => weight.Type is "document" or "stylesheet" or "script").ToList();
        var scripts = text.Where(weight => weight.Type == "script").Sum(weight => weight.Bytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"home: {text.Sum(weight => weight.Bytes)} bytes, of them scripts {scripts}, in {text.Count} requests");
        Assert.InRange(text.Sum(weight => weight.Bytes), 1, MostBytes);
        Assert.InRange(scripts, 1, MostScriptBytes);
        await page.HardlyAnythingHasShiftedAsync();
    }
}
