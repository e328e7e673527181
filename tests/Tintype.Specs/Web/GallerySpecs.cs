using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>Every page in every state, on a phone and on a desk, light and dark. With TINTYPE_SCREENSHOTS=FOLDER it also leaves pictures to look at.</summary>
[Collection(nameof(Browser))]
public sealed class GallerySpecs(Gallery gallery, Browser browser) : IClassFixture<Gallery>, IClassFixture<Browser>
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("TINTYPE_SCREENSHOTS");
    private static readonly string? Only = Environment.GetEnvironmentVariable("TINTYPE_SCREENSHOTS_OF");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Axe_finds_nothing_and_nothing_is_wider_than_the_screen(bool phone, bool dark)
    {
        var page = await browser.VisitorAsync(gallery.Url, phone, dark);
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type == "error") { complaints.Add($"{page.Url}: {message.Text}"); } };
        foreach (var name in GalleryPages.All.Keys.Where(name => Only is null || Only.Split(',').Contains(name)))
        {
            await page.GotoAsync($"/show/{name}", new() { WaitUntil = WaitUntilState.Load });
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"))
            {
                complaints.Add($"{name}: wider than the screen");
            }
            var axe = await page.RunAxe();
            complaints.AddRange(axe.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name}: {violation.Id}: {node.Html} {node.Any.FirstOrDefault()?.Message}")));
            if (Screenshots is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{name}-{(phone ? "phone" : "wide")}-{(dark ? "dark" : "light")}.png") });
            }
        }
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }
}
