using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The way to an outside provider and back in a real browser.</summary>
[Category("Browser")]
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
public sealed class ExternalSignInPagesTests(ColorScheme scheme, int width)
{
    [Test]
    public async Task Someone_creates_an_account_signs_in_with_it_and_disconnects_it_with_sound_pages_all_the_way()
    {
        var provider = TestApp.Shared;

        // Cookies are kept by host, whatever the port: the site has another name than the provider.
        await using var site = await SiteWithProvider.StartAsync(provider, "localhost", "ExternalLogins:0:TrustEmail=true");
        var user = await provider.CreateUserAsync("Ada Lovelace");
        await using var tab = await Chromium.OpenAsync(scheme, width, app: site);

        await tab.GoAsync("/login");
        await tab.AssertSoundAsync();
        await Button(tab, "Continue with House").ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"^{provider.BaseAddress}login"));
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/register/external");
        await tab.AssertSoundAsync();
        await Button(tab, "Create account with House").ClickAsync();
        await tab.IsAtAsync("/account");
        await Button(tab, "Sign out").First.ClickAsync();

        await tab.GoAsync("/login?returnUrl=%2Faccount%2Fexternal-logins");
        await Button(tab, "Continue with House").ClickAsync();
        await tab.IsAtAsync("/account/external-logins");
        await Expect(tab.Page.Locator("[data-external-login]")).ToContainTextAsync(user.Email);
        await tab.AssertSoundAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Disconnect" }).ClickAsync();
        await tab.AssertSoundAsync();
        await Button(tab, "Disconnect").ClickAsync();
        await Expect(tab.Page.GetByText("This is your only way to sign in.")).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
    }

    private static ILocator Button(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
