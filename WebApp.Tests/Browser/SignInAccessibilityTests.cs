using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The pages of registration and sign-in, light at 1280 px and dark at 360 px: axe finds nothing, nothing is wider than the window, no script fails, and the CSP blocks nothing.</summary>
/// <remarks>Colours do not depend on the width, nor the layout on the colours: two of the four pairs see all there is.</remarks>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
[Category("Browser")]
public sealed class SignInAccessibilityTests(ColorScheme scheme, int width)
{
    // Pages that keep nothing of their visitor need no profile of their own, which takes longer to make than to look at a page.
    private Tab? visitor;

    [OneTimeTearDown]
    public async Task CloseVisitor()
    {
        if (visitor is not null)
        {
            await visitor.DisposeAsync();
        }
    }

    [Test]
    public async Task The_way_on_to_another_site_is_sound()
    {
        await using var app = await TestApp.StartAsync(settings: "ForwardAuth:Sites:0=https://wiki.example.org");
        await using var tab = await Chromium.OpenAsync(scheme, width, app: app);
        await LoginPage.SignInAsync(tab, await app.CreateUserAsync());
        foreach (var failed in new[] { "", "&failed=true" })
        {
            // Without an entry it leads on by hand alone, which leaves time to look.
            await tab.GoAsync($"/forward-auth?to=https%3A%2F%2Fwiki.example.org%2Fpage{failed}");
            await Expect(tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Continue|Try again") })).ToHaveAttributeAsync("href", "https://wiki.example.org/page");
            await tab.AssertSoundAsync();
        }
    }

    [Test]
    public async Task The_second_step_is_sound()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO totp_credentials (user_id, secret, created_at, confirmed_at) VALUES ($1, $2, now(), now())", user.Id, Array.Empty<byte>());
        await TestApp.Shared.QueryAsync<object>("INSERT INTO recovery_codes (id, user_id, code_hash) VALUES (gen_random_uuid(), $1, $2)", user.Id, Array.Empty<byte>());
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await (await LoginPage.OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/login/mfa");
        var challenge = new ChallengePage(tab);
        foreach (var method in new[] { "Authenticator app", "Recovery code", "Email" })
        {
            await challenge.ChooseAsync(method);
            await tab.AssertSoundAsync();
        }

        await challenge.SendCodeAsync();
        await tab.AssertSoundAsync();
        await challenge.AnswerAsync(await TestApp.Shared.WrongCodeAsync(user));
        await Expect(challenge.Error).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await challenge.SendAnotherTooSoonAsync();
        await Expect(challenge.Alert).ToContainTextAsync("You can have another in");
        await tab.AssertSoundAsync();
        await challenge.AnswerAsync(await TestApp.Shared.NewestCodeAsync(user), trust: true);
        await tab.IsAtAsync("/account");
        await tab.GoAsync("/account/sessions");
        await Expect(tab.Page.Locator("[data-device]")).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        await tab.GoAsync("/reauthenticate");
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task A_lockout_is_sound_and_says_how_long_to_wait()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(scheme, width);
        var login = await LoginPage.OpenAsync(tab);
        await login.SignInAsync(user.Email, Guesses.WrongPassword);
        await Expect(login.Alert).ToContainTextAsync("Wrong email or password");
        await TestApp.Shared.MakeWaitAsync(user.Email, TimeSpan.FromMinutes(15));
        await login.SignInAsync(user.Email, user.Password);
        await Expect(login.Alert).ToContainTextAsync("You can try again in 15 minutes.");
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task Confirming_by_password_is_sound()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(tab, user);
        await tab.GoAsync("/reauthenticate?returnUrl=/account/sessions");
        await tab.AssertSoundAsync();
        await tab.Page.FillAsync("#Password", "wrong");
        await tab.Page.ClickAsync("main button:not([type=button])");
        await Expect(tab.Page.Locator("#Password-error")).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task Passkeys_are_sound_from_the_first_to_the_last()
    {
        await using var app = await TestApp.StartNamedAsync();
        var user = await app.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync(scheme, width, app: app);
        await VirtualAuthenticator.AttachAsync(tab);
        await LoginPage.OpenAsync(tab);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await LoginPage.SignInAsync(tab, user);
        var passkeys = await PasskeysPage.OpenAsync(tab);
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/passkeys/add");
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/passkeys");
        await passkeys.AddAsync();
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/mfa");
        await Expect(passkeys.Rows).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        await passkeys.BeginToAddAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("already");
        await tab.AssertSoundAsync();
        foreach (var page in (string[])["Rename", "Remove"])
        {
            await tab.GoAsync("/account/passkeys");
            await tab.Page.GetByRole(AriaRole.Link, new() { Name = page }).ClickAsync();
            await tab.AssertSoundAsync();
        }
    }

    [Test]
    public async Task An_invitation_is_sound_for_whoever_opens_it()
    {
        var (owner, guest) = (await TestApp.Shared.CreateUserAsync("Ada Lovelace"), await TestApp.Shared.CreateUserAsync());
        var api = new ApiClient(TestApp.Shared);
        var access = (await api.LoginAsync(owner)).Access;
        await api.PostAsync($"/groups/{await api.CreateGroupAsync(access, "Sunday choir")}/invitations", new { email = guest.Email }, access);
        var mail = await Mailbox.NewestAsync(guest.Email, "/invitations");
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync(mail.Link);
        await tab.AssertSoundAsync();
        await tab.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await tab.Page.FillAsync("#Password", guest.Password);
        await tab.Page.ClickAsync("main button:not([type=button])");
        await tab.IsAtAsync("/invitations");
        await tab.AssertSoundAsync();
        await tab.GoAsync("/account/groups");
        await Expect(tab.Page.Locator("[data-invitation]")).ToHaveCountAsync(1);
        await tab.AssertSoundAsync();
        await using var finder = await Chromium.OpenAsync(scheme, width);
        await LoginPage.SignInAsync(finder, await TestApp.Shared.CreateUserAsync());
        await finder.GoAsync(mail.Link);
        await finder.AssertSoundAsync();
    }

    [Test]
    public async Task Errors_and_the_meter_are_sound()
    {
        await using var tab = await Chromium.OpenAsync(scheme, width);
        var register = await RegisterPage.OpenAsync(tab);
        await register.SubmitAsync("not an address", "short");
        await Expect(register.Errors).Not.ToHaveCountAsync(0);
        await tab.AssertSoundAsync();
        await register.TypePasswordAsync("short");
        await Expect(register.Meter).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await register.TypePasswordAsync(TestUser.NewPassword());
        await Expect(register.Meter).ToContainTextAsync("can be used");
        await tab.AssertSoundAsync();
    }

    [TestCase("/")]
    [TestCase("/setup")]
    [TestCase("/register")]
    [TestCase("/confirm-email")]
    [TestCase("/confirm-email?token=unknown")]
    [TestCase("/login")]
    [TestCase("/forgot-password")]
    [TestCase("/reset-password")]
    [TestCase("/reset-password?token=unknown")]
    [TestCase("/confirm-email-change?token=unknown")]
    [TestCase("/undo-email-change?token=unknown")]
    [TestCase("/undo-email-change")]
    [TestCase("/not-me?token=unknown")]
    [TestCase("/not-me")]
    [TestCase("/invitations?token=unknown")]
    [TestCase("/no-such-page")]
    [TestCase("/dev/mailbox")]
    public async Task A_page_is_sound_for_a_visitor(string path)
    {
        visitor ??= await Chromium.OpenAsync(scheme, width);
        await visitor.GoAsync(path);
        await visitor.AssertSoundAsync();
    }
}
