using Microsoft.Playwright;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>What stands on a page stays where it is while the rest of the page arrives: photos have their places before they are there.</summary>
[Collection(nameof(Browser))]
public sealed class SteadyPageSpecs(Gallery gallery, Browser browser) : IClassFixture<Gallery>, IClassFixture<Browser>
{
    [Theory]
    [InlineData("landing")]
    [InlineData("home")]
    [InlineData("home-first-visit")]
    [InlineData("photo")]
    [InlineData("profile")]
    [InlineData("explore")]
    [InlineData("search-results")]
    public async Task Hardly_anything_moves_while_a_page_arrives_piece_by_piece(string name)
    {
        var page = await browser.VisitorAsync(gallery.Url);
        await page.RouteAsync("**/photo/**", async photo =>
        {
            await Task.Delay(500); // Photos come last: what they push would be on the page by then.
            await photo.ContinueAsync();
        });
        await page.NoteShiftsAsync();
        await page.GotoAsync($"/show/{name}?slowly", new() { WaitUntil = WaitUntilState.Load });
        await page.HardlyAnythingHasShiftedAsync();
    }
}
