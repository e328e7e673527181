using Microsoft.Playwright;
using Tintype.Demo.Painting;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Tintype.Specs.Web;

/// <summary>The whole way of two people through the pages, in a real browser.</summary>
[Collection(nameof(Browser))]
public sealed class JourneySpecs(World world, Browser browser) : IClassFixture<World>, IClassFixture<Browser>
{
    [Theory]
    [InlineData(true, "maren", "jonas")]
    [InlineData(false, "amara", "noor")]
    public async Task Joining_posting_following_liking_and_commenting_work_with_and_without_scripts(bool scripts, string author, string reader)
    {
        var hers = await browser.VisitorAsync(world.Url, scripts: scripts);
        await hers.SignUpAsync(author, "Author");
        await hers.PostPhotosAsync($"First light by {author} #dawn", Motif.Alps, Motif.Sea);
        await hers.WaitUntilLiveAsync($"First light by {author}");

        var his = await browser.VisitorAsync(world.Url, phone: true, dark: true, scripts: scripts);
        await his.SignUpAsync(reader, "Reader");
        await his.GotoAsync($"/@{author}");
        await his.Locator(".profile .follow button").ClickAsync();
        await Expect(his.Locator(".profile .follow button")).ToContainTextAsync("Unfollow");

        await his.GotoAsync("/");
        var card = his.CardOf($"First light by {author}");
        await card.Locator(".actions form[action$='/like'] button").ClickAsync();
        await Expect(his.CardOf($"First light by {author}").Locator(".likes")).ToHaveTextAsync("1 like");

        await his.CardOf($"First light by {author}").GetByRole(AriaRole.Link, new() { Name = "Be the first to comment" }).ClickAsync();
        await his.Locator(".one #comment").FillAsync("I know that ridge");
        await his.Locator(".one .comment-form button").ClickAsync();
        await Expect(his.Locator(".one .comment")).ToContainTextAsync("I know that ridge");

        await World.Until(async () =>
        {
            await hers.GotoAsync("/activity");
            return await hers.Locator(".event.unread").CountAsync() >= 3;
        }, "the author hears of the follow, the like and the comment");
        await Expect(hers.Locator(".events").First).ToContainTextAsync("commented on your photo");
    }

    [Fact]
    public async Task A_photo_that_does_not_go_up_at_once_goes_again_by_itself()
    {
        var page = await browser.VisitorAsync(world.Url);
        await page.SignUpAsync("patient", "Patient");
        var asked = 0;
        await page.RouteAsync("**/new/media", route => Interlocked.Increment(ref asked) switch
        {
            1 => route.FulfillAsync(new() { Status = 503, ContentType = "application/json", Body = """{"error":"not now"}""" }),
            2 => route.AbortAsync("connectionreset"),
            _ => route.ContinueAsync(),
        });

        await page.PostPhotosAsync("third time lucky", Motif.Sea);

        Assert.Equal(3, asked);
        await Expect(page.CardOf("third time lucky")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_deleted_photo_comes_back_by_undo()
    {
        var page = await browser.VisitorAsync(world.Url);
        await page.SignUpAsync("undoer", "Undoer");
        await page.PostPhotosAsync("soon gone", Motif.Dunes);
        await page.WaitUntilLiveAsync("soon gone");

        await page.CardOf("soon gone").Locator("summary[aria-label^=More]").ClickAsync();
        await page.CardOf("soon gone").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.CardOf("soon gone")).ToBeHiddenAsync();
        await page.Locator("#toast").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.CardOf("soon gone")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.CardOf("soon gone")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_photo_opens_over_the_feed_with_its_own_address_and_Escape_returns()
    {
        var page = await browser.VisitorAsync(world.Url);
        await page.SignUpAsync("opener", "Opener");
        await page.PostPhotosAsync("open me", Motif.City);
        await page.WaitUntilLiveAsync("open me");

        await page.CardOf("open me").Locator(".talk a").ClickAsync();
        await Expect(page.Locator("dialog.over")).ToBeVisibleAsync();
        Assert.Contains("/@opener/", page.Url);
        await page.Keyboard.PressAsync("Escape");

        await Expect(page.Locator("dialog.over")).ToBeHiddenAsync();
        Assert.Equal($"{world.Url}/", page.Url);
    }

    [Fact]
    public async Task Everything_is_reached_by_single_keys()
    {
        var page = await browser.VisitorAsync(world.Url);
        await page.SignUpAsync("keys", "Keys");
        await page.PostPhotosAsync("the older", Motif.Sea);
        await page.PostPhotosAsync("the newer", Motif.Forest);
        await page.WaitUntilLiveAsync("the older");
        await page.WaitUntilLiveAsync("the newer");

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await Expect(page.CardOf("the older")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("l");
        await Expect(page.CardOf("the older").Locator(".like")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("c");
        await Expect(page.Locator("dialog.over #comment")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog.over")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("dialog.keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("/");
        await page.ArrivesAtAsync("/search");
        await page.Locator("body").ClickAsync(new() { Position = new() { X = 700, Y = 700 } });
        await page.Keyboard.PressAsync("n");
        await page.ArrivesAtAsync("/new");
    }
}
