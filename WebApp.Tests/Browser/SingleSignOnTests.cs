using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The way to an application and back in a real browser, whose content security policy decides where forms may lead.</summary>
[Category("Browser")]
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
public sealed class SingleSignOnTests(ColorScheme scheme, int width)
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task Someone_signs_in_allows_comes_back_and_signs_out_with_sound_pages_all_the_way()
    {
        await using var site = await Echo.StartAsync();
        var callback = $"http://127.0.0.1:{site.Port}/callback";
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { RedirectUris = [callback], PostLogoutRedirectUris = [$"http://127.0.0.1:{site.Port}/signed-out"] });
        var user = await App.CreateUserAsync("Ada Lovelace");
        await using var tab = await Chromium.OpenAsync(scheme, width);

        await tab.GoAsync(new Uri(App.BaseAddress, party.AuthorizeUrl(OidcClient.NewVerifier())).AbsoluteUri);
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to Grafana?" })).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"^{callback}\\?.*code="));

        await tab.GoAsync(new Uri(App.BaseAddress, "/account/applications").AbsoluteUri);
        await Expect(tab.Page.GetByText("Grafana", new() { Exact = true })).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await tab.GoAsync(new Uri(App.BaseAddress, $"/connect/logout?client_id={party.ClientId}&post_logout_redirect_uri={Uri.EscapeDataString($"http://127.0.0.1:{site.Port}/signed-out")}").AbsoluteUri);
        await tab.AssertSoundAsync();
        await tab.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync($"http://127.0.0.1:{site.Port}/signed-out");
    }

    [Test]
    public async Task The_pages_that_turn_somebody_away_are_sound()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { AllowedRoles = ["admin"] });
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, await App.CreateUserAsync());
        foreach (var url in new[] { party.AuthorizeUrl(OidcClient.NewVerifier()), party.AuthorizeUrl(OidcClient.NewVerifier(), ("redirect_uri", "https://evil.example/")) })
        {
            await tab.GoAsync(new Uri(App.BaseAddress, url).AbsoluteUri);
            await tab.AssertSoundAsync();
        }
    }
}
