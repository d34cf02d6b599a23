using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Sign-in with an outside provider; the provider is another instance of the application.</summary>
public sealed class ExternalSignInTests
{
    private static TestApp Provider => TestApp.Shared;

    private static Task<TestApp> StartAsync(params string[] settings) => SiteWithProvider.StartAsync(Provider, settings: settings);

    // Presses the button, signs in at the provider, and returns to the site.
    private static async Task<Answer> GoAsync(PageClient browser, TestUser there, string page = "/login", string action = "/login/external/house", string? returnUrl = null)
    {
        var go = await browser.SubmitAsync(page, action, returnUrl is null ? [] : [("ReturnUrl", returnUrl)]);
        using var elsewhere = await PageClient.SignInAsync(Provider, there);
        var back = await elsewhere.GetAsync(NextIn(go));
        Assert.That(back.Location, Does.Contain("/login/external/house/callback"), back.Text);
        return await browser.GetAsync(new Uri(back.Location!).PathAndQuery);
    }

    // The path at the provider to which the page sends the browser on.
    private static string NextIn(Answer go) => new Uri(go.Refresh).PathAndQuery;

    private static Task<long> CountAsync(TestApp app, string email) =>
        app.QueryAsync<long>("SELECT count(*) FROM external_logins l JOIN users u ON u.id = l.user_id WHERE u.email = $1", email);

    [Test]
    public async Task The_first_sign_in_creates_an_account_and_the_second_signs_in()
    {
        await using var app = await StartAsync("ExternalLogins:0:TrustEmail=true");
        var there = await Provider.CreateUserAsync("Ada");
        using var browser = new PageClient(app.BaseAddress);

        var first = await GoAsync(browser, there);
        Assert.That(first.Location, Is.EqualTo("/register/external"), first.Text);
        Assert.That(await CountAsync(app, there.Email), Is.Zero, "not before it is confirmed");
        var created = await browser.SubmitAsync("/register/external", "/register/external");
        Assert.That((created.Status, created.Location), Is.EqualTo((HttpStatusCode.Found, "/account")), created.Text);
        Assert.That(await browser.IsSignedInAsync(), Is.True);

        using var other = new PageClient(app.BaseAddress);
        var second = await GoAsync(other, there, returnUrl: "/account/sessions");
        Assert.That(second.Location, Is.EqualTo("/account/sessions"), second.Text);
        Assert.That(await CountAsync(app, there.Email), Is.EqualTo(1));
        Assert.That(await app.QueryAsync<bool>("SELECT 'fed' = ANY (amr) FROM sessions ORDER BY created_at DESC LIMIT 1"), Is.True);
    }

    [Test]
    public async Task An_address_that_has_an_account_is_not_taken_over()
    {
        await using var app = await StartAsync();
        var there = await Provider.CreateUserAsync();
        var here = await app.CreateUserAsync();
        await app.QueryAsync<object>("UPDATE users SET email = $1, normalized_email = $2, user_name = $1, normalized_user_name = $2 WHERE id = $3", there.Email, there.Email.ToUpperInvariant(), here.Id);
        here = here with { Email = there.Email };
        using var browser = new PageClient(app.BaseAddress);

        var answer = await GoAsync(browser, there);

        Assert.That(answer.Location, Is.EqualTo("/register/external"), answer.Text);
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That(await CountAsync(app, there.Email), Is.Zero);

        // Its owner signs in, and is asked.
        await browser.SubmitAsync("/login", "/login", ("Email", here.Email), ("Password", here.Password), ("ReturnUrl", "/account/external-logins/confirm"));
        var linked = await browser.SubmitAsync("/account/external-logins/confirm");
        Assert.That(linked.Status, Is.EqualTo(HttpStatusCode.Found), linked.Text);
        Assert.That(await CountAsync(app, there.Email), Is.EqualTo(1));
    }

    [Test]
    public async Task Linked_in_the_settings_it_signs_in_and_unlinked_it_does_not()
    {
        await using var app = await StartAsync();
        var (there, here) = (await Provider.CreateUserAsync(), await app.CreateUserAsync());
        using var browser = await PageClient.SignInAsync(app, here);

        var linked = await GoAsync(browser, there, "/account/external-logins", "/account/external-logins/link/house");
        Assert.That(linked.Location, Is.EqualTo("/account/external-logins"), linked.Text);
        using var other = new PageClient(app.BaseAddress);
        Assert.That((await GoAsync(other, there)).Location, Is.EqualTo("/account"));
        var id = await app.QueryAsync<Guid>("SELECT id FROM external_logins WHERE user_id = $1", here.Id);
        await app.QueryAsync<object>("UPDATE users SET password_hash = NULL WHERE id = $1", here.Id);
        await browser.SubmitAsync($"/account/external-logins/{id}/unlink");
        Assert.That(await CountAsync(app, here.Email), Is.EqualTo(1), "the last way in");
        await app.QueryAsync<object>("UPDATE users SET password_hash = 'x' WHERE id = $1", here.Id);
        await browser.SubmitAsync($"/account/external-logins/{id}/unlink");
        Assert.That(await CountAsync(app, here.Email), Is.Zero);
    }

    [Test]
    public async Task An_answer_for_another_browser_signs_nobody_in_and_an_address_elsewhere_is_not_followed()
    {
        await using var app = await StartAsync();
        var there = await Provider.CreateUserAsync();
        using var attacker = new PageClient(app.BaseAddress);
        using var victim = new PageClient(app.BaseAddress);
        var go = await attacker.SubmitAsync("/login", "/login/external/house", ("ReturnUrl", "https://evil.example.org/"));
        using var elsewhere = await PageClient.SignInAsync(Provider, there);
        var back = await elsewhere.GetAsync(NextIn(go));

        var answer = await victim.GetAsync(new Uri(back.Location!).PathAndQuery);

        Assert.That(answer.Location, Is.EqualTo("/login"), answer.Text);
        Assert.That(await victim.IsSignedInAsync(), Is.False);
    }

    [TestCase("Registration:Mode=Closed")]
    [TestCase("Registration:Mode=Invited")]
    [TestCase("Registration:AllowedDomains=corp.example")]
    public async Task The_registration_mode_and_the_domains_hold(string setting)
    {
        await using var app = await StartAsync("ExternalLogins:0:TrustEmail=true", setting);
        var there = await Provider.CreateUserAsync();
        using var browser = new PageClient(app.BaseAddress);
        await GoAsync(browser, there);

        var answer = await browser.PostFormAsync("/register/external");

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden), answer.Text);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users WHERE email = $1", there.Email), Is.Zero);
    }

    [Test]
    public async Task An_answer_that_comes_to_another_session_of_the_browser_links_nothing()
    {
        await using var app = await StartAsync();
        var there = await Provider.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(app, await app.CreateUserAsync());
        var go = await browser.SubmitAsync("/account/external-logins", "/account/external-logins/link/house");
        using var elsewhere = await PageClient.SignInAsync(Provider, there);
        var back = await elsewhere.GetAsync(NextIn(go));
        await browser.PostFormAsync("/logout");
        await browser.LoginAsync(await app.CreateUserAsync());

        var answer = await browser.GetAsync(new Uri(back.Location!).PathAndQuery);

        Assert.That(answer.Location, Is.EqualTo("/login"), answer.Text);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM external_logins"), Is.Zero);
    }

    [Test]
    public async Task The_second_factor_is_still_asked_for_and_a_locked_account_is_refused()
    {
        await using var app = await StartAsync();
        var (there, here) = (await Provider.CreateUserAsync(), await app.CreateMfaUserAsync());
        await app.QueryAsync<object>(
            "INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, $2, $3, 'house', now())",
            here.Id, Provider.BaseAddress.AbsoluteUri, there.Id.ToString());
        using var browser = new PageClient(app.BaseAddress);

        Assert.That((await GoAsync(browser, there)).Location, Does.StartWith("/login/mfa"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);

        await app.QueryAsync<object>("UPDATE users SET lockout_end = now() + interval '1 day' WHERE id = $1", here.Id);
        using var other = new PageClient(app.BaseAddress);
        Assert.That((await GoAsync(other, there)).Location, Does.StartWith("/login").And.Not.StartsWith("/login/mfa"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", here.Id), Is.Zero);
    }

    [TestCase("ExternalLogins:0:Name=House!", "ExternalLogins:0:Name")]
    [TestCase("ExternalLogins:0:ClientId=", "ExternalLogins:0:ClientId")]
    [TestCase("ExternalLogins:0:Authority=http://idp.example.org", "ExternalLogins:0:Authority")]
    public void A_wrong_setting_stops_the_start_and_is_named(string setting, string key)
    {
        string[] settings = ["ExternalLogins:0:Name=house", "ExternalLogins:0:ClientId=a", "ExternalLogins:0:Authority=https://idp.example.org", setting];
        Assert.That(async () => await TestApp.StartAsync(null, null, settings), Throws.Exception.With.Message.Contains(key));
    }
}
