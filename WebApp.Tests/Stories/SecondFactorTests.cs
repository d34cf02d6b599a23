using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Stories;

/// <summary>Someone with mailed codes signs in, trusts their browser, forgets it again, and confirms who they are.</summary>
[Category("Browser")]
public sealed class SecondFactorTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_mailed_code_signs_in_and_a_trusted_device_is_asked_again_once_forgotten(bool javaScript)
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        await tab.GoAsync("/account/sessions");
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");

        await tab.GoAsync("/account");
        await tab.IsAtAsync("/login");
        await tab.GoAsync("/login/mfa?returnUrl=/account/sessions");

        var challenge = new ChallengePage(tab);
        await challenge.SendCodeAsync();
        await Expect(challenge.Code).ToHaveAttributeAsync("autocomplete", "one-time-code");
        await Expect(challenge.Code).ToHaveAttributeAsync("inputmode", "numeric");
        await challenge.AnswerAsync(await TestApp.Shared.WrongCodeAsync(user));
        await Expect(challenge.Error).ToContainTextAsync("Wrong, used or expired code.");
        await Expect(challenge.Code).ToHaveValueAsync("");
        await challenge.AnswerAsync(await TestApp.Shared.NewestCodeAsync(user), trust: true);
        await tab.IsAtAsync("/account/sessions");

        await new AccountPage(tab).SignOutAsync();
        await tab.IsAtAsync("/login");
        await LoginPage.SignInAsync(tab, user);

        await new AccountPage(tab).GoToSessionsAsync();
        await tab.Page.Locator("[data-device] button").ClickAsync();
        await Expect(tab.Page.Locator("[data-device]")).ToHaveCountAsync(0);
        await new AccountPage(tab).SignOutAsync();
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Confirming_by_password_leads_back_to_what_was_being_done(bool javaScript)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        await LoginPage.SignInAsync(tab, user);
        await tab.GoAsync("/reauthenticate?returnUrl=/account/sessions");
        await tab.Page.FillAsync("#Password", user.Password);
        await tab.Page.ClickAsync("main button:not([type=button])");
        await tab.IsAtAsync("/account/sessions");
    }
}
