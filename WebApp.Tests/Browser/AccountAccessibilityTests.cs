using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The pages of an account, light at 1280 px and dark at 360 px: axe finds nothing, nothing is wider than the window, no script fails, and the CSP blocks nothing.</summary>
/// <remarks>Colours do not depend on the width, nor the layout on the colours: two of the four pairs see all there is.</remarks>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
[Category("Browser")]
public sealed class AccountAccessibilityTests(ColorScheme scheme, int width)
{
    [Test]
    public async Task Settings_are_sound_for_their_user()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var elsewhere = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(elsewhere, user);
        await using var tab = await Chromium.OpenAsync(scheme, width);
        var account = await LoginPage.SignInAsync(tab, user);
        await tab.AssertSoundAsync();
        var sessions = await account.GoToSessionsAsync();
        await Expect(sessions.Others).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        await sessions.EndOthersAsync();
        await Expect(sessions.Others).ToHaveCountAsync(0);
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task Second_factors_are_sound_for_their_user()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, await TestApp.Shared.CreateUserAsync());
        var pages = await new TwoStepPages(tab).OpenAsync();
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/mfa/email");
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/mfa/totp");
        await tab.AssertSoundAsync();
        await pages.Button("Add an authenticator app").ClickAsync();
        await pages.ConfirmAsync("12");
        await Expect(pages.FieldError).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await pages.ConfirmAsync((await pages.ScanAsync()).CodeAt(DateTimeOffset.UtcNow));
        await Expect(pages.Codes).ToHaveCountAsync(10);
        await tab.AssertSoundAsync();
        foreach (var path in (string[])["", "/totp", "/recovery-codes"])
        {
            await tab.GoAsync($"/account/mfa{path}");
            await tab.AssertSoundAsync();
        }
    }

    [Test]
    public async Task Each_page_of_the_settings_is_sound()
    {
        var user = await TestApp.Shared.CreateUserAsync("Ada Lovelace");
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, user);
        foreach (var path in new[] { "/account/profile", "/account/password", "/account/email", "/account/activity", "/account/data" })
        {
            await tab.GoAsync(path);
            await tab.IsAtAsync(path);
            await tab.AssertSoundAsync();
        }

        await tab.Page.ClickAsync("main .button-danger");
        await Expect(tab.Page.Locator(".field-error")).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/email");
        await tab.Page.FillAsync("#Email", $"moved-{Guid.NewGuid():N}@example.org");
        await tab.Page.ClickAsync("main form .button");
        await tab.IsAtAsync("/confirm-email-change");
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/email");
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task API_tokens_are_sound_from_the_first_to_the_last()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, await TestApp.Shared.CreateUserAsync());
        var tokens = await ApiTokensPage.OpenAsync(tab);
        await tab.AssertSoundAsync();
        await tokens.MakeAsync("");
        await Expect(tokens.NameError).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        foreach (var name in (string[])["Backups", "Reports"])
        {
            await tokens.MakeAsync(name);
            await Expect(tokens.Row(name)).ToHaveCountAsync(1);
            await tab.AssertSoundAsync();
        }
    }

    [Test]
    public async Task Letting_a_device_in_is_sound()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, await TestApp.Shared.CreateUserAsync());
        var page = await DevicePages.OpenAsync(tab);
        await tab.AssertSoundAsync();
        await page.TypeAsync("AEIO-UAEI");
        await Expect(page.FieldError).ToBeVisibleAsync();
        await tab.AssertSoundAsync();

        // One that asked from elsewhere, under the longest of names.
        var far = await Tv.AskAsync(TestApp.Shared, new string('W', 100), "Film Night");
        await TestApp.Shared.QueryAsync<object>("UPDATE device_sign_ins SET ip = '203.0.113.9' WHERE device_name = $1", new string('W', 100));
        await tab.GoAsync(far.Link);
        await page.ContinueAsync();
        await Expect(page.Facts).ToContainTextAsync("Another network");
        await tab.AssertSoundAsync();
        await page.DenyAsync();
        await Expect(page.Title).ToHaveTextAsync("Device denied");
        await tab.AssertSoundAsync();

        await tab.GoAsync((await Tv.AskAsync(TestApp.Shared)).Link);
        await page.ContinueAsync();
        await Expect(page.Facts).ToContainTextAsync("Your network");
        await tab.AssertSoundAsync();
        await page.ApproveAsync();
        await Expect(page.Title).ToHaveTextAsync("Done. Back to your device.");
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task Groups_are_sound_from_the_first_to_the_last()
    {
        var (user, grace) = (await TestApp.Shared.CreateUserAsync("Ada Lovelace"), await TestApp.Shared.CreateUserAsync("Grace"));
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, user);
        await tab.GoAsync("/account/groups");
        await tab.AssertSoundAsync();
        await tab.Page.ClickAsync("text=Create group");
        await Expect(tab.Page.Locator("#Name-error")).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await tab.Page.FillAsync("#Name", "Sunday choir");
        await tab.Page.ClickAsync("text=Create group");
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Sunday choir");
        var path = new Uri(tab.Page.Url).AbsolutePath;
        await TestApp.Shared.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", Guid.Parse(path[^36..]), grace.Id);
        await tab.Page.FillAsync("#Email", $"a-rather-long-address-{Guid.NewGuid():N}@example.org");
        await tab.Page.SelectOptionAsync("#Role", "admin");
        await tab.Page.ClickAsync("text=Send the invitation");
        await Expect(tab.Page.Locator("[data-invitation]")).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        foreach (var below in (string[])[$"{path}/delete", $"{path}/members/{grace.Id}/hand-over"])
        {
            await tab.GoAsync(below);
            await tab.AssertSoundAsync();
        }

        await tab.GoAsync(path);
        await tab.Page.FillAsync("#Email", grace.Email);
        await tab.Page.ClickAsync("text=Send the invitation");
        await Expect(tab.Page.Locator("#Email-error")).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
    }
}
