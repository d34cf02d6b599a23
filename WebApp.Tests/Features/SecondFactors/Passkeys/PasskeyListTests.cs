using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>Where a user sees their passkeys: among the second factors, and on a page of their own.</summary>
public sealed class PasskeyListTests
{
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCase("/account/mfa")]
    [TestCase("/account/passkeys")]
    public async Task A_page_lists_passkeys_with_their_forms_and_the_last_use(string path)
    {
        var user = await app.CreateUserAsync();
        using var desk = await SoftPasskey.AddAsync(app, user, "My desk");
        using var phone = await SoftPasskey.AddAsync(app, user, "My phone");
        await app.QueryAsync<object>("UPDATE user_passkeys SET last_used_at = now() WHERE user_id = $1 AND data->>'Name' = 'My phone'", user.Id);
        using var browser = await PageClient.SignInAsync(app, user);

        var page = await browser.GetAsync(path);

        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        using (Assert.EnterMultipleScope())
        {
            foreach (var link in (string[])["add", $"{desk.PathId}/rename", $"{desk.PathId}/remove", $"{phone.PathId}/rename", $"{phone.PathId}/remove"])
            {
                Assert.That(page.Text, Does.Contain($"href=\"/account/passkeys/{link}\""));
            }

            Assert.That(page.Text, Does.Contain("My desk").And.Contain("My phone").And.Contain("Last used").And.Contain("Not used yet"));
            Assert.That(page.Text, Does.Match("href=\"/account/mfa\" aria-current=\"(page|true)\""), "the section is marked in the navigation");
        }
    }

    [Test]
    public async Task A_passkey_alone_is_not_called_off_but_said_to_leave_the_password()
    {
        var user = await app.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(app, user);
        Assert.That((await browser.GetAsync("/account/mfa")).Text, Does.Contain("Two-step sign-in is off."));

        using var passkey = await SoftPasskey.AddAsync(app, user);

        Assert.That((await browser.GetAsync("/account/mfa")).Text, Does.Not.Contain("Two-step sign-in is off.").And.Contain("You can sign in with a passkey.").And.Contain("Your password alone opens your account too."));
    }

    [Test]
    public async Task The_navigation_has_one_entry_for_both()
    {
        using var browser = await PageClient.SignInAsync(app, await app.CreateUserAsync());
        var page = (await browser.GetAsync("/account/profile")).Text;
        Assert.That(page, Does.Contain("<a href=\"/account/mfa\"").And.Not.Contain("<a href=\"/account/passkeys\""));
    }
}
