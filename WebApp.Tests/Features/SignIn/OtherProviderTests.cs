using Microsoft.Playwright;
using WebApp.Tests.Samples;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Sign-in with a provider of another make, npm's oidc-provider, in a browser. It puts the address into userinfo only, and signs with RS256.</summary>
[Category("Browser")]
[Category("Process")]
public sealed class OtherProviderTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, "..", "WebApp.Tests", "Features", "SignIn", "OtherProvider"));

    [Test]
    public async Task Someone_creates_an_account_there_and_signs_in_with_it_again()
    {
        var (port, redirect) = SiteWithProvider.Choose("127.0.0.1");
        var other = TestApp.FreePort();
        await using var provider = await SampleProcess.StartNodeAsync(Folder, other, ("REDIRECT_URI", redirect));
        await using var site = await TestApp.StartOnAsync(
            port, "127.0.0.1", "ExternalLogins:0:Name=house", "ExternalLogins:0:DisplayName=House", $"ExternalLogins:0:Authority=http://localhost:{other}",
            "ExternalLogins:0:ClientId=site", "ExternalLogins:0:ClientSecret=secret", "ExternalLogins:0:TrustEmail=true");
        await using var tab = await Chromium.OpenAsync(app: site);

        await tab.GoAsync("/login");
        await Button(tab, "Continue with House").ClickAsync();
        await tab.Page.Locator("[name=login]").FillAsync("ada");
        await tab.Page.Locator("[name=password]").FillAsync("anything");
        await tab.Page.Locator("[type=submit]").ClickAsync();
        await tab.Page.Locator("[type=submit]").ClickAsync(); // Consent.
        await tab.IsAtAsync("/register/external");
        await Button(tab, "Create account with House").ClickAsync();
        await tab.IsAtAsync("/account");
        Assert.That(await site.QueryAsync<string>("SELECT concat_ws(' ', u.email, u.email_confirmed, u.display_name, l.subject) FROM users u JOIN external_logins l ON l.user_id = u.id"), Is.EqualTo("ada@example.org t Ada Lovelace ada"));

        await Button(tab, "Sign out").First.ClickAsync();
        await tab.GoAsync("/login?returnUrl=%2Faccount%2Fexternal-logins");
        await Button(tab, "Continue with House").ClickAsync();
        await tab.IsAtAsync("/account/external-logins");
        await Expect(tab.Page.Locator("[data-external-login]")).ToContainTextAsync("ada@example.org");
    }

    private static ILocator Button(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
