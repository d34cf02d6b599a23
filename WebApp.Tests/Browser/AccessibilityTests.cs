using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>Every page, light on a desk and dark on a 360 px phone: axe finds nothing, nothing sticks out, the CSP stops nothing.</summary>
/// <remarks>Colours do not depend on the width, nor the layout on the colours: two of the four pairs see all there is.</remarks>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
public sealed class AccessibilityTests(ColorScheme scheme, int width)
{
    [TestCase("/")]
    [TestCase("/register")]
    [TestCase("/confirm-email")]
    [TestCase("/confirm-email?token=unknown")]
    [TestCase("/login")]
    [TestCase("/forgot-password")]
    [TestCase("/reset-password")]
    [TestCase("/reset-password?token=unknown")]
    [TestCase("/confirm-email-change?token=unknown")]
    [TestCase("/undo-email-change?token=unknown")]
    [TestCase("/undo-email-change")]
    [TestCase("/not-me?token=unknown")]
    [TestCase("/not-me")]
    [TestCase("/no-such-page")]
    [TestCase("/dev/mailbox")]
    public async Task A_page_is_sound_for_a_visitor(string path)
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync(path);
        await tab.AssertSoundAsync();
    }

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
    public async Task Errors_and_the_meter_are_sound()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        var register = await RegisterPage.OpenAsync(tab);
        await register.SubmitAsync("not an address", "short");
        await Expect(register.Errors).Not.ToHaveCountAsync(0);
        await tab.AssertSoundAsync();
        await register.TypePasswordAsync("short");
        await Expect(register.Meter).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await register.TypePasswordAsync($"Copper lantern {Guid.NewGuid():N}!");
        await Expect(register.Meter).ToContainTextAsync("can be used");
        await tab.AssertSoundAsync();
    }
}
