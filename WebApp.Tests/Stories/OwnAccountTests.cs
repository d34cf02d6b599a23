using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Stories;

/// <summary>Somebody puts their account in order, leaves, and comes back.</summary>
[Category("Browser")]
public sealed class OwnAccountTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_person_goes_through_the_settings_leaves_and_comes_back(bool javaScript)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var password = TestUser.NewPassword("Velvet harbour");
        var address = $"moved-{Guid.NewGuid():N}@example.org";
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        await LoginPage.SignInAsync(tab, user);
        var notice = tab.Page.GetByRole(AriaRole.Status);

        await GoToAsync(tab, "Profile");
        await tab.Page.FillAsync("#DisplayName", "Grace");
        await PressAsync(tab, "Save");
        await Expect(notice).ToContainTextAsync("Your profile is saved");

        await GoToAsync(tab, "Password");
        await tab.Page.FillAsync("#CurrentPassword", user.Password);
        await tab.Page.FillAsync("#NewPassword", password);
        await PressAsync(tab, "Change password");
        await Expect(notice).ToContainTextAsync("Your new password is set. No other session was open.");

        await GoToAsync(tab, "Email address");
        await tab.Page.FillAsync("#Email", address);
        await PressAsync(tab, "Send the confirmation");
        await tab.IsAtAsync("/confirm-email-change");
        await tab.Page.FillAsync("#Code", (await Mailbox.NewestAsync(address, "/confirm-email-change")).Code);
        await PressAsync(tab, "Use this address");
        await tab.IsAtAsync("/account/email");
        await Expect(tab.Page.Locator("dl.facts")).ToContainTextAsync(address);

        await GoToAsync(tab, "Activity");
        await Expect(tab.Page.Locator("[data-event]").First).ToContainTextAsync("The email address was changed");

        await GoToAsync(tab, "Your data");
        var download = await tab.Page.RunAndWaitForDownloadAsync(() => PressAsync(tab, "Download my data"));
        Assert.That(download.SuggestedFilename, Does.StartWith("account-data-").And.EndWith(".json"));
        await tab.Page.FillAsync("#Confirmation", address);
        await PressAsync(tab, "Delete my account");
        await tab.IsAtAsync("/login");
        await Expect(notice).ToContainTextAsync("Your account is closed");

        await new LoginPage(tab).SignInAsync(address, password);
        await tab.IsAtAsync("/account");
        await Expect(notice).ToContainTextAsync("Your account will not be deleted");
        await Expect(new AccountPage(tab).Heading).ToContainTextAsync("Grace");
    }

    private static Task PressAsync(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();

    private static async Task GoToAsync(Tab tab, string section)
    {
        await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Account settings" }).GetByRole(AriaRole.Link, new() { Name = section, Exact = true }).ClickAsync();
        await Expect(new AccountPage(tab).Heading).ToHaveTextAsync(section);
    }
}
