using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tintype.Demo.Painting;
using static Microsoft.Playwright.Assertions;

namespace Tintype.Specs.Web;

/// <summary>What people do with the pages, as they do it: by labels and buttons.</summary>
internal static class Visitors
{
    public static async Task SignUpAsync(this IPage page, string username, string name)
    {
        await page.GotoAsync("/signup");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Username").FillAsync(username);
        await page.GetByLabel("E-mail").FillAsync($"{username}@example.org");
        await page.GetByLabel("Password").FillAsync("three words remembered");
        await page.GetByLabel("Year of birth").FillAsync("1990");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await page.ArrivesAtAsync("/");
    }

    /// <summary>Posts painted pictures from the new-post page; comes back to the feed, where they are.</summary>
    public static async Task PostPhotosAsync(this IPage page, string caption, params Motif[] motifs)
    {
        await page.GotoAsync("/new");
        await page.Locator("#photos").SetInputFilesAsync(motifs.Select(motif => new FilePayload
        {
            Name = $"{motif}.jpg", MimeType = "image/jpeg", Buffer = Painter.Paint(motif, 1).Jpeg,
        }));
        await page.GetByLabel("Caption").FillAsync(caption);
        await page.GetByRole(AriaRole.Button, new() { Name = "Post", Exact = true }).ClickAsync();
        try
        {
            await page.ArrivesAtAsync("/");
        }
        catch (PlaywrightException late)
        {
            throw new TimeoutException($"not posted; {page.Url} shows: {await page.Locator("main").InnerTextAsync()}", late);
        }
    }

    /// <summary>Waits until the page has this address, looking again and again: WaitForURLAsync misses a navigation that ends between its look and its waiting.</summary>
    public static Task ArrivesAtAsync(this IPage page, string path) => Expect(page).ToHaveURLAsync(new Regex($"^https?://[^/]+{Regex.Escape(path)}$"));

    public static ILocator CardOf(this IPage page, string caption) => page.Locator(".card", new() { HasText = caption });

    /// <summary>Waits until the first photo of a card is made ready; looks again as a person without JavaScript would.</summary>
    public static async Task WaitUntilLiveAsync(this IPage page, string caption) => await World.Until(async () =>
    {
        if (await page.CardOf(caption).Locator("img.photo").CountAsync() > 0)
        {
            return true;
        }
        await page.ReloadAsync();
        return false;
    }, $"the photo \"{caption}\" is live");
}
