using Microsoft.Playwright;

namespace WebApp.Tests.Support;

/// <summary>The one Chromium of a test run. Every tab gets a profile of its own, so tests know nothing of each other.</summary>
public static class Chromium
{
    // In milliseconds. A limit for what never comes: a busy machine is slow.
    private const float LongestWait = 60_000;

    // The machine's own Chromium: nothing is downloaded, and it speaks to nobody but the app.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static readonly string[] Places =
    [
        "/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private static readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> Running = new(LaunchAsync);

    /// <summary>Opens a fresh profile on the site.</summary>
    public static async Task<Tab> OpenAsync(ColorScheme scheme = ColorScheme.Light, int width = 1280, bool javaScript = true, TestApp? app = null, string locale = "en-US")
    {
        var (_, browser) = await Running.Value;
        var profile = await browser.NewContextAsync(new()
        {
            BaseURL = (app ?? TestApp.Shared).BaseAddress.ToString(),
            ColorScheme = scheme,
            JavaScriptEnabled = javaScript,
            Locale = locale,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        profile.SetDefaultTimeout(LongestWait);
        Assertions.SetDefaultExpectTimeout(LongestWait);
        return new Tab(await profile.NewPageAsync());
    }

    /// <summary>Closes it, if any test needed it.</summary>
    internal static async Task CloseAsync()
    {
        if (Running is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (driver, browser) = await Running.Value;
            await browser.CloseAsync();
            driver.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> LaunchAsync()
    {
        var path = Places.Prepend(Environment.GetEnvironmentVariable("CHROMIUM")).FirstOrDefault(File.Exists);
        if (path is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Ignore("No Chromium here: install the chromium package, or set CHROMIUM.");
        }

        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments }));
    }
}
