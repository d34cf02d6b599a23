using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>Passkeys in a real browser, with Chromium's virtual authenticator.</summary>
[Category("Browser")]
public sealed class PasskeyTests
{
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task A_passkey_is_added_signs_in_is_renamed_and_removed()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        var account = await LoginPage.SignInAsync(tab, user);
        var passkeys = await PasskeysPage.OpenAsync(tab);
        await passkeys.AddAsync();
        await Expect(passkeys.Notice).ToContainTextAsync("is ready");
        await Expect(passkeys.Rows).ToContainTextAsync("Chrome on Linux");
        await Expect(passkeys.Rows).ToContainTextAsync("Not used yet");

        await account.SignOutAsync();
        await LoginPage.OpenAsync(tab, "?returnUrl=/account/passkeys");
        await tab.Page.CheckAsync("#RememberMe");
        await ClickSignInAsync(tab);
        await tab.IsAtAsync("/account/passkeys");
        await Expect(passkeys.Rows).ToContainTextAsync("Last used now");

        Assert.That(await app.QueryAsync<TimeSpan>("SELECT idle_limit FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo(TimeSpan.FromDays(14)));

        await passkeys.RenameAsync("Chrome on Linux", "My desk");
        await Expect(passkeys.Rows).ToContainTextAsync("My desk");
        await Expect(passkeys.Rows).ToContainTextAsync("Last used");
        await passkeys.RemoveAsync("My desk");
        await Expect(passkeys.Rows).ToHaveCountAsync(0);

        await account.SignOutAsync();
        await LoginPage.OpenAsync(tab);
        await ClickSignInAsync(tab);
        await Expect(new LoginPage(tab).Alert).ToContainTextAsync("not accepted");
        await tab.IsAtAsync("/login");
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task The_page_of_second_factors_adds_renames_and_removes_passkeys()
    {
        const string Both = "/account/mfa";
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.SignInAsync(tab, user);
        await (await PasskeysPage.OpenAsync(tab, Both)).AddAsync("My desk");
        var passkeys = await PasskeysPage.OpenAsync(tab, Both);
        await passkeys.RenameAsync("My desk", "My phone");
        await Expect(passkeys.Rows).ToContainTextAsync("My phone");
        await tab.Page.Locator("#content").GetByRole(AriaRole.Link, new() { Name = "Two-step sign-in and passkeys" }).ClickAsync();
        await tab.IsAtAsync(Both);
        await Expect(passkeys.Rows).ToContainTextAsync("Not used yet");
        await passkeys.RemoveAsync("My phone");
        await tab.GoAsync(Both);
        await Expect(passkeys.Rows).ToHaveCountAsync(0);
    }

    [Test]
    public async Task The_same_device_is_not_added_twice()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.SignInAsync(tab, user);
        var passkeys = await PasskeysPage.OpenAsync(tab);
        await passkeys.AddAsync("Once");
        await passkeys.BeginToAddAsync("Twice");
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("already");
    }

    [Test]
    public async Task Adding_a_passkey_ends_the_other_sessions_and_is_notified_by_mail()
    {
        var user = await app.CreateUserAsync();
        using var elsewhere = await PageClient.SignInAsync(app, user);
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.SignInAsync(tab, user);
        await (await PasskeysPage.OpenAsync(tab)).AddAsync("My desk");
        Assert.That((await elsewhere.GetAsync("/account")).Location, Does.StartWith("/login"));
        Assert.That(await app.QueryAsync<string>("SELECT detail FROM security_events WHERE user_id = $1 AND kind = 'passkey_changed'", user.Id), Is.EqualTo("added"));
        Assert.That((await Mailbox.SubjectsAsync(user.Email, app)).Count(subject => subject.Contains("passkey", StringComparison.OrdinalIgnoreCase)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_passkey_is_the_second_factor_of_a_pending_sign_in()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        var account = await LoginPage.SignInAsync(tab, user);
        await (await PasskeysPage.OpenAsync(tab)).AddAsync();
        await account.SignOutAsync();
        await SecondFactor.RequireAsync(app, user);
        await (await LoginPage.OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");
        await new ChallengePage(tab).UsePasskeyAsync();
        await tab.IsAtAsync("/account");
        Assert.That(await app.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo("pwd hwk mfa"));
    }

    [Test]
    public async Task A_passkey_proves_again_who_one_is()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.SignInAsync(tab, user);
        var passkeys = await PasskeysPage.OpenAsync(tab);
        await passkeys.AddAsync("My desk");
        await SecondFactor.RequireAsync(app, user);
        var before = await app.QueryAsync<DateTime>("SELECT authenticated_at FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);
        await tab.GoAsync("/reauthenticate?returnUrl=/account/passkeys");
        await new ChallengePage(tab).UsePasskeyAsync();
        await tab.IsAtAsync("/account/passkeys");
        await Expect(passkeys.Rows).ToContainTextAsync("Last used now");
        Assert.That(await app.QueryAsync<DateTime>("SELECT authenticated_at FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.GreaterThan(before));
    }

    [Test]
    public async Task The_address_field_offers_passkeys_by_itself()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: app);
        await VirtualAuthenticator.AttachAsync(tab, autofill: true);
        var account = await LoginPage.SignInAsync(tab, user);
        await (await PasskeysPage.OpenAsync(tab)).AddAsync();
        await account.SignOutAsync();
        // The virtual authenticator's user takes what is offered at once.
        await tab.IsAtAsync("/account");
        Assert.That(await app.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo("hwk user mfa"));
    }

    [Test]
    public async Task A_page_left_open_too_long_leads_to_proving_who_one_is()
    {
        await using var own = await TestApp.StartNamedAsync();
        var user = await own.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(app: own);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.SignInAsync(tab, user);
        await tab.GoAsync("/account/passkeys/add");
        own.Clock.Advance(TimeSpan.FromMinutes(11));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add the passkey" }).ClickAsync();
        await tab.IsAtAsync("/reauthenticate");
        Assert.That(tab.Page.Url, Does.EndWith("?returnUrl=%2Faccount%2Fpasskeys%2Fadd"));
    }

    [Test]
    public async Task Without_JavaScript_the_pages_say_what_is_missing()
    {
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(javaScript: false, app: app);
        await LoginPage.OpenAsync(tab);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeHiddenAsync();
        await LoginPage.SignInAsync(tab, user);
        await tab.GoAsync("/account/passkeys/add");
        await Expect(tab.Page.GetByText("Passkeys need JavaScript")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add the passkey" })).ToBeHiddenAsync();
    }

    private static Task ClickSignInAsync(Tab tab) => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
}
