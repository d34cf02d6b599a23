using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Stories;

/// <summary>A person's first day: from registering to being thrown out of a forgotten browser by a new password.</summary>
[Category("Browser")]
public sealed class FirstDayTests
{
    private readonly string email = $"first-day-{Guid.NewGuid():N}@example.org";
    private readonly string password = TestUser.NewPassword();
    private readonly string newPassword = TestUser.NewPassword("Velvet harbour");

    [Test]
    public async Task A_person_registers_confirms_signs_in_and_out_and_a_password_reset_ends_the_old_session()
    {
        await using var home = await Chromium.OpenAsync();
        await RegisterAndConfirmAsync(home);

        await new LoginPage(home).SignInAsync(email, password);
        await home.IsAtAsync("/account");
        var account = new AccountPage(home);
        await Expect(account.Heading).ToContainTextAsync("Ada");
        await Expect(account.Address).ToContainTextAsync(email);

        await using var cafe = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(cafe, new(Guid.Empty, email, password));
        var sessions = await account.GoToSessionsAsync();
        await Expect(sessions.Current).ToHaveCountAsync(1);
        await Expect(sessions.Others).ToHaveCountAsync(1);

        await account.SignOutAsync();
        await home.IsAtAsync("/login");
        await home.GoAsync("/account");
        await home.IsAtAsync("/login");

        await ResetPasswordAsync(home);
        await cafe.GoAsync("/account/sessions");
        await cafe.IsAtAsync("/login");

        var login = await LoginPage.OpenAsync(home);
        await login.SignInAsync(email, password);
        await Expect(login.Alert).ToBeVisibleAsync();
        await login.SignInAsync(email, newPassword);
        await home.IsAtAsync("/account");
    }

    private async Task RegisterAndConfirmAsync(Tab tab)
    {
        await (await RegisterPage.OpenAsync(tab)).SubmitAsync(email, password, "Ada");
        await tab.IsAtAsync("/confirm-email");
        await (await ConfirmEmailPage.OpenAsync(tab, await Mailbox.NewestAsync(email, "/confirm-email"))).ConfirmAsync();
        await tab.IsAtAsync("/login");
        await Expect(new LoginPage(tab).Notice).ToContainTextAsync("confirmed");
    }

    private async Task ResetPasswordAsync(Tab tab)
    {
        var reset = new PasswordResetPages(tab);
        await reset.RequestAsync(email);
        await reset.ResetAsync(await Mailbox.NewestAsync(email, "/reset-password"), newPassword);
        await tab.IsAtAsync("/login");
    }
}
