using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>How the forms treat the person in front of them.</summary>
[Category("Browser")]
public sealed class FormTests
{
    private readonly string password = TestUser.NewPassword();

    [Test]
    public async Task Everything_works_without_JavaScript()
    {
        var email = $"plain-{Guid.NewGuid():N}@example.org";
        await using var tab = await Chromium.OpenAsync(javaScript: false);
        await (await RegisterPage.OpenAsync(tab)).SubmitAsync(email, password);
        await tab.IsAtAsync("/confirm-email");
        await new ConfirmEmailPage(tab).ConfirmByCodeAsync((await Mailbox.NewestAsync(email, "/confirm-email")).Code);
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(email, password);
        await tab.IsAtAsync("/account");
        await Expect((await new AccountPage(tab).GoToSessionsAsync()).Current).ToContainTextAsync("UTC");
        await new AccountPage(tab).SignOutAsync();

        var reset = new PasswordResetPages(tab);
        await reset.RequestAsync(email);
        await reset.ResetByCodeAsync((await Mailbox.NewestAsync(email, "/reset-password")).Code, $"{password}2");
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(email, $"{password}2");
        await tab.IsAtAsync("/account");
    }

    [Test]
    public async Task An_error_stands_beside_its_field_and_is_tied_to_it()
    {
        await using var tab = await Chromium.OpenAsync();
        await (await RegisterPage.OpenAsync(tab)).SubmitAsync("not an address", password);
        var email = tab.Page.Locator("#Email");
        await Expect(email).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(email).ToHaveAttributeAsync("aria-describedby", new Regex(@"\bEmail-error\b"));
        await Expect(tab.Page.Locator("#Email-error")).ToContainTextAsync("Error:");
        await Expect(email).ToBeFocusedAsync();
        await Expect(email).ToHaveValueAsync("not an address");
        Assert.That(await tab.Page.TitleAsync(), Does.StartWith("Error:"));
    }

    [Test]
    public async Task A_refused_sign_in_keeps_the_address_and_forgets_the_password()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync();
        var login = await LoginPage.OpenAsync(tab);
        await login.SignInAsync(user.Email, "wrong");
        await Expect(login.Alert).ToHaveTextAsync("Wrong email or password, or the address is not confirmed yet.");
        await Expect(login.Alert).ToBeFocusedAsync();
        await Expect(login.Email).ToHaveValueAsync(user.Email);
        await Expect(login.Password).ToHaveValueAsync("");
    }

    [Test]
    public async Task Signing_in_goes_on_to_the_page_that_asked_for_it()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync();
        await tab.GoAsync("/account/sessions");
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/account/sessions");
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    [TestCase("javascript:alert(1)")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync();
        await (await LoginPage.OpenAsync(tab, $"?returnUrl={Uri.EscapeDataString(returnUrl)}")).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/account");
        Assert.That(new Uri(tab.Page.Url).Authority, Is.EqualTo(TestApp.Shared.BaseAddress.Authority));
    }

    [Test]
    public async Task Ending_a_session_signs_that_browser_out()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var other = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(other, user);
        await using var tab = await Chromium.OpenAsync();
        var sessions = await (await LoginPage.SignInAsync(tab, user)).GoToSessionsAsync();
        await sessions.EndFirstOtherAsync();
        await Expect(sessions.Others).ToHaveCountAsync(0);
        await other.GoAsync("/account");
        await other.IsAtAsync("/login");
    }

    [Test]
    public async Task A_password_can_be_pasted_and_looked_at()
    {
        await using var tab = await Chromium.OpenAsync();
        var login = await LoginPage.OpenAsync(tab);
        await login.Email.FillAsync(password);
        await login.Email.PressAsync("ControlOrMeta+a");
        await login.Email.PressAsync("ControlOrMeta+c");
        await login.Password.FocusAsync();
        await login.Password.PressAsync("ControlOrMeta+v");
        await Expect(login.Password).ToHaveValueAsync(password);
        await Expect(login.Password).ToHaveAttributeAsync("type", "password");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show password" }).ClickAsync();
        await Expect(login.Password).ToHaveAttributeAsync("type", "text");
    }

    [Test]
    public async Task A_mail_scanner_that_opens_the_links_uses_nothing_up()
    {
        var email = $"scanned-{Guid.NewGuid():N}@example.org";
        await using var tab = await Chromium.OpenAsync();
        await (await RegisterPage.OpenAsync(tab)).SubmitAsync(email, password);
        await tab.IsAtAsync("/confirm-email");
        var mail = await Mailbox.NewestAsync(email, "/confirm-email");
        using (var scanner = new HttpClient { BaseAddress = TestApp.Shared.BaseAddress })
        {
            await scanner.GetStringAsync(new Uri(mail.Link, UriKind.Relative));
            await scanner.GetStringAsync(new Uri(mail.Link, UriKind.Relative));
        }

        await (await ConfirmEmailPage.OpenAsync(tab, mail)).ConfirmAsync();
        await tab.IsAtAsync("/login");
    }
}
