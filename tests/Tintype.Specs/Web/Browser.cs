using Microsoft.Playwright;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>Specs in a browser run one by one and beside no others: a browser, the app and the pictures fill two cores by themselves.</summary>
[CollectionDefinition(nameof(Browser), DisableParallelization = true)]
public sealed class BrowserCollection;

/// <summary>A real Chromium (the machine's own package), started once for a spec class; each visitor is a fresh profile.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    // A deadline, not a measurement: the machine may be busy.
    private const int PatienceMs = 120_000;

    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, ChromiumSandbox = false, Args = Flags });
    }

    /// <summary>Somebody with a phone or a desk, in light or dark, with or without JavaScript.</summary>
    public async Task<IPage> VisitorAsync(string baseUrl, bool phone = false, bool dark = false, bool scripts = true)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = baseUrl,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            DeviceScaleFactor = phone ? 2 : 1,
            HasTouch = phone,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = scripts,
            ServiceWorkers = ServiceWorkerPolicy.Block,
        });
        context.SetDefaultTimeout(PatienceMs);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        playwright?.Dispose();
    }
}
