using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The console's pages that watch the service, in a real browser.</summary>
[Category("Browser")]
public sealed class WatchTests() : OwnApp
{
    private static readonly string[] Paths = ["/admin", "/admin?range=day", "/admin?range=month", "/admin/audit", "/admin/audit?Kind=sign_in_failed&Ip=nowhere", "/admin/outbox", "/admin/keys", "/admin/keys/rotate", "/admin/policy", "/admin/doctor"];

    // Colours do not depend on the width, nor the layout on the colours.
    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 360)]
    public async Task Each_page_is_sound(ColorScheme scheme, int width)
    {
        await using var tab = await OpenAsync(scheme, width);
        await App.QueryAsync<object>("INSERT INTO outbox_messages (id, channel, kind, created_at, attempts, next_attempt_at, failed_at, last_error, body) VALUES (gen_random_uuid(), 'mail', 'confirm_email', now(), 3, now(), now(), '550 relay access denied for (address), see the manual', '\\x00')");
        await App.QueryAsync<object>("INSERT INTO outbox_messages (id, channel, kind, priority, created_at, attempts, next_attempt_at, failed_at, expired) VALUES (gen_random_uuid(), 'mail', 'sign-in-code', 0, now(), 9, now(), now(), true)");
        await App.QueryAsync<object>("INSERT INTO outbox_messages (id, channel, kind, priority, created_at, attempts, next_attempt_at, expires_at, last_error, body) VALUES (gen_random_uuid(), 'mail', 'reset-password', 1, now(), 2, now() + interval '5 minutes', now() + interval '1 hour', '450 greylisted', '\\x00')");
        foreach (var path in Paths)
        {
            await tab.GoAsync(path);
            await tab.AssertSoundAsync();
            await ShootAsync(tab, $"{path}-{scheme}-{width}");
        }

        await tab.GoAsync("/admin");
        await tab.Page.ClickAsync("summary");
        await tab.AssertSoundAsync();
        await ShootAsync(tab, $"numbers-{scheme}-{width}");
        await tab.GoAsync("/admin/audit");
        await tab.Page.Locator("tbody a").First.ClickAsync();
        await Expect(tab.Page.Locator(".facts")).ToContainTextAsync("Signature");
        await tab.AssertSoundAsync();
        await ShootAsync(tab, $"event-{scheme}-{width}");
    }

    [Test]
    public async Task The_charts_move_without_the_page_being_loaded_again_and_rest_on_request()
    {
        await using var tab = await OpenAsync(ColorScheme.Light, 1280);
        await tab.GoAsync("/admin");
        await tab.Page.ClickAsync("summary");
        await tab.Page.EvaluateAsync("window.sameDocument = true");
        var failures = tab.Page.Locator("[data-live=failures-now]");
        var before = int.Parse(await failures.TextContentAsync() ?? "", System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < 3; i++)
        {
            await Api.PostAsync("/auth/login", new { email = $"nobody-{i}@example.org", password = "wrong" });
        }

        await Expect(failures).ToHaveTextAsync($"{before + 3}", new() { Timeout = 20_000 });
        await Expect(tab.Page.Locator("[data-chart=failures] svg[role=img]")).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("Failures: now \\d+"));
        Assert.That(await tab.Page.EvaluateAsync<bool>("window.sameDocument === true && document.querySelector('details').open"), Is.True);

        // A point's value, at the pointer and by keyboard; Enter leads to its events.
        var plot = tab.Page.Locator("[data-chart=failures] [data-plot]");
        await plot.HoverAsync();
        await Expect(tab.Page.Locator("[data-chart=failures] .chart-tip")).ToContainTextAsync("UTC: ");
        await plot.FocusAsync();
        await tab.Page.Keyboard.PressAsync("End");
        await Expect(tab.Page.Locator("[data-chart=failures] .chart-tip")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("UTC: \\d+$"));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(tab.Page.Locator("[data-live-state]")).ToContainTextAsync("Paused at");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(tab.Page.Locator("[data-live-state]")).ToContainTextAsync("As of");
        await tab.AssertSoundAsync();
        await plot.FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.IsAtAsync("/admin/audit");
        await Expect(tab.Page.Locator("#Outcome")).ToHaveValueAsync("failure");
    }

    [Test]
    public async Task Without_scripts_the_charts_are_there_all_the_same()
    {
        await using var tab = await Chromium.OpenAsync(javaScript: false, app: App);
        await LoginPage.SignInAsync(tab, await App.CreateAdminAsync());
        await tab.GoAsync("/admin");
        await Expect(tab.Page.Locator("[data-chart] svg[role=img]")).ToHaveCountAsync(10);
        await Expect(tab.Page.Locator("[data-live-pause]")).ToBeHiddenAsync();
    }

    private async Task<Tab> OpenAsync(ColorScheme scheme, int width)
    {
        var tab = await Chromium.OpenAsync(scheme, width, app: App);
        await LoginPage.SignInAsync(tab, await App.CreateAdminAsync());
        return tab;
    }

    // For whoever wants to look: SCREENSHOTS names a directory.
    private static async Task ShootAsync(Tab tab, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { } directory)
        {
            await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name.Trim('/').Replace('/', '-').Replace('?', '-')}.png"), FullPage = true });
        }
    }
}
