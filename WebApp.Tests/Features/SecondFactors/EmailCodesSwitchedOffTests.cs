using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>An installation that does not count a mailbox as a factor (NIST SP 800-63B-4, 3.1.3.1).</summary>
public sealed class EmailCodesSwitchedOffTests() : OwnApp("Mfa:EmailCodes=false")
{
    private static readonly string[] AppOnly = ["totp"];

    [Test]
    public async Task Nobody_can_turn_them_on_and_no_page_offers_them()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        using var browser = new PageClient(App);
        await browser.LoginAsync(user);

        var refused = await Api.PostAsync("/mfa/email", bearer: tokens.Access);
        await browser.SubmitAsync("/account/mfa", "/account/mfa/email");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Conflict, "conflict")));
            Assert.That((await browser.GetAsync("/account/mfa")).Text, Does.Not.Contain("Codes by email"));
            Assert.That((await browser.GetAsync("/account/mfa/email")).Text, Does.Contain("Not available here"));
            Assert.That(await App.QueryAsync<bool>("SELECT email_codes_enabled FROM users WHERE id = $1", user.Id), Is.False);
        }
    }

    [Test]
    public async Task A_user_without_another_factor_is_not_locked_out()
    {
        var user = await App.CreateMfaUserAsync();

        var tokens = await Api.LoginWithCodeAsync(App, user);

        Assert.That((await Api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task An_authenticator_app_takes_their_place()
    {
        var user = await App.CreateMfaUserAsync();
        await App.QueryAsync<object>(
            "INSERT INTO totp_credentials (user_id, secret, created_at, confirmed_at) VALUES ($1, $2, now(), now())", user.Id, new byte[40]);

        var answer = await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        var token = answer.Json.GetProperty("mfa_token").GetString()!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Json.GetProperty("methods").EnumerateArray().Select(m => m.GetString()), Is.EqualTo(AppOnly));
            Assert.That((await Api.SendCodeAsync(token)).Status, Is.Not.EqualTo(HttpStatusCode.Accepted));
        }
    }
}
