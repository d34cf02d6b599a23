using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>Someone with a phone and a passkey lets the passkey answer wherever the phone could.</summary>
[Category("Browser")]
public sealed class PasskeyAndPhoneTests
{
    [Test]
    public async Task A_passkey_answers_after_the_password_and_again_before_what_is_sensitive()
    {
        await using var app = await TestApp.StartNamedAsync();
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        var account = await LoginPage.SignInAsync(tab, user);
        await (await PasskeysPage.OpenAsync(tab)).AddAsync("My desk");
        var factors = await new TwoStepPages(tab).OpenAsync();
        await factors.OpenFactorAsync("Authenticator app");
        await factors.AddPhoneAsync();
        await account.SignOutAsync();

        await (await LoginPage.OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");
        await tab.AssertSoundAsync();
        await new ChallengePage(tab).UsePasskeyAsync();
        await tab.IsAtAsync("/account");
        Assert.That(await AmrAsync(app, user), Is.EqualTo("pwd hwk mfa"));

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await tab.GoAsync("/account/password");
        await tab.IsAtAsync("/reauthenticate");
        await tab.AssertSoundAsync();
        await new ChallengePage(tab).UsePasskeyAsync();
        await tab.IsAtAsync("/account/password");
        await tab.AssertSoundAsync();
    }

    private static Task<string?> AmrAsync(TestApp app, TestUser user) =>
        app.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);
}
