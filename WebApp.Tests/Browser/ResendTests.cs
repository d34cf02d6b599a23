using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>Buttons that send a mail again say when they can be pressed, and can then. The browser's clock is moved; nobody waits.</summary>
[Category("Browser")]
public sealed partial class ResendTests
{
    [Test]
    public async Task The_second_step_counts_down_to_another_code()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        await using var tab = await OpenAsync();
        await (await LoginPage.OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");
        var challenge = new ChallengePage(tab);
        await challenge.SendCodeAsync();
        await AssertCountsDownAsync(tab, challenge.SendAnother);
    }

    [Test]
    public async Task A_refusal_of_the_server_sets_the_countdown()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        await using var tab = await OpenAsync();
        await (await LoginPage.OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        var challenge = new ChallengePage(tab);
        await challenge.SendCodeAsync();
        await challenge.SendAnotherTooSoonAsync();
        await Expect(challenge.Alert).ToContainTextAsync("You can have another in");
        await AssertCountsDownAsync(tab, challenge.SendAnother);
    }

    [Test]
    public async Task A_registration_counts_down_to_another_mail()
    {
        await using var tab = await OpenAsync();
        await (await RegisterPage.OpenAsync(tab)).SubmitAsync(NewEmail(), TestUser.NewPassword());
        await tab.IsAtAsync("/confirm-email");
        await AssertCountsDownAsync(tab, Button(tab));
        await Button(tab).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("We sent another email");
        await Expect(Button(tab)).ToBeDisabledAsync();
    }

    [Test]
    public async Task A_password_reset_counts_down_to_another_mail()
    {
        await using var tab = await OpenAsync();
        await tab.GoAsync("/forgot-password");
        await tab.Page.FillAsync("#Email", NewEmail());
        await tab.Page.ClickAsync("main button:not([type=button])");
        await tab.IsAtAsync("/reset-password");
        await AssertCountsDownAsync(tab, Button(tab));
        await tab.AssertSoundAsync();
        await Button(tab).ClickAsync();
        await tab.IsAtAsync("/reset-password");
        await Expect(tab.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("an email is on its way");
    }

    [Test]
    public async Task A_change_of_address_counts_down_to_another_mail()
    {
        await using var tab = await OpenAsync();
        await LoginPage.SignInAsync(tab, await TestApp.Shared.CreateUserAsync());
        await tab.GoAsync("/account/email");
        await tab.Page.FillAsync("#Email", NewEmail());
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send the confirmation" }).ClickAsync();
        await tab.IsAtAsync("/confirm-email-change");
        await AssertCountsDownAsync(tab, Button(tab));
        await tab.AssertSoundAsync();
        await Button(tab).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("We sent another email");
        await Expect(Button(tab)).ToBeDisabledAsync();
    }

    private static string NewEmail() => $"u{Guid.NewGuid():N}@example.org";

    private static ILocator Button(Tab tab) => tab.Page.GetByRole(AriaRole.Button, new() { Name = "send it again" });

    private static async Task<Tab> OpenAsync()
    {
        var tab = await Chromium.OpenAsync();
        await tab.Page.Clock.InstallAsync();
        return tab;
    }

    private static async Task AssertCountsDownAsync(Tab tab, ILocator button)
    {
        await Expect(button).ToBeDisabledAsync();
        await Expect(button).ToHaveTextAsync(Left());
        await tab.ShootAsync($"resend{new Uri(tab.Page.Url).AbsolutePath.Replace('/', '-')}");
        await tab.Page.Clock.FastForwardAsync((long)TimeSpan.FromSeconds(61).TotalMilliseconds);
        await Expect(button).ToBeEnabledAsync();
        await Expect(button).Not.ToHaveTextAsync(Left());
    }

    [GeneratedRegex(@"^\w.* \(in \d+ s\)$")]
    private static partial Regex Left();
}
