using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Proving again who one is: by what, what it lifts, and what becomes of the session's keys.</summary>
public sealed class StepUpTests
{
    private TestApp app = null!;
    private ApiClient api = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        app = await Probes.StartAsync();
        api = new(app);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task A_page_asks_again_after_ten_minutes_and_goes_back_to_what_was_being_done()
    {
        var user = await app.CreateUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        Assert.That((await browser.GetAsync("/probe?a=1&b=2")).Text, Is.EqualTo("looked"));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        var asked = (await browser.GetAsync("/probe?a=1&b=2")).Location!;
        Assert.That(asked, Is.EqualTo("/reauthenticate?returnUrl=%2Fprobe%3Fa%3D1%26b%3D2"));
        var page = await browser.GetAsync(asked);
        Assert.That(page.Text, Does.Contain("value=\"/probe?a=1&b=2\"").And.Contain("name=\"Password\""));
        var back = await browser.SubmitAsync(asked, "/reauthenticate", ("Password", user.Password), ("ReturnUrl", "/probe?a=1&b=2"));
        Assert.That(back.Location, Is.EqualTo("/probe?a=1&b=2"));
        Assert.That((await browser.GetAsync(back.Location!)).Text, Is.EqualTo("looked"));
    }

    [Test]
    public async Task A_form_comes_back_to_its_page()
    {
        var user = await app.CreateUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        Assert.That((await browser.SubmitAsync("/account", "/probe")).Text, Is.EqualTo("acted"));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await browser.SubmitAsync("/account", "/probe")).Location, Is.EqualTo("/reauthenticate?returnUrl=%2Fprobe%3Ffrom%3Dform"));
    }

    [Test]
    public async Task The_session_gets_a_new_key_and_the_old_cookie_is_not_accepted()
    {
        var user = await app.CreateUserAsync();
        using var browser = new PageClient(app);
        using var thief = new PageClient(app);
        await browser.LoginAsync(user, remember: true);
        var old = browser.Cookie("session")!;
        thief.With("session", old);
        Assert.That(await thief.IsSignedInAsync(), Is.True);
        await browser.SubmitAsync("/reauthenticate", ("Password", user.Password));
        Assert.That(browser.Cookie("session"), Is.Not.EqualTo(old));
        Assert.That(browser.CookieExpires("session"), Is.GreaterThan(DateTime.UtcNow.AddDays(29)), "still remembered");
        Assert.That(await thief.IsSignedInAsync(), Is.False);
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(1), "the session is the same");
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    public async Task The_way_back_never_leads_to_another_site(string returnUrl)
    {
        var user = await app.CreateUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        Assert.That((await browser.GetAsync($"/reauthenticate?returnUrl={Uri.EscapeDataString(returnUrl)}")).Text, Does.Not.Contain("evil"));
        Assert.That((await browser.SubmitAsync("/reauthenticate", ("Password", user.Password), ("ReturnUrl", returnUrl))).Location, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_wrong_password_lifts_nothing_and_guesses_are_limited()
    {
        var user = await app.CreateUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        var old = browser.Cookie("session");
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await browser.SubmitAsync("/reauthenticate", ("Password", "wrong"))).Text, Does.Contain("Wrong password."));
        }

        var limited = await browser.SubmitAsync("/reauthenticate", ("Password", user.Password));
        Assert.That(limited.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(limited.RetryAfter, Is.Not.Null);
        Assert.That(browser.Cookie("session"), Is.EqualTo(old));
    }

    [Test]
    public async Task Who_has_a_second_factor_answers_with_it_and_not_with_the_password()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user);
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await browser.GetAsync("/reauthenticate")).Text, Does.Not.Contain("name=\"Password\""));
        Assert.That((await browser.SubmitAsync("/reauthenticate", ("Password", user.Password))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await browser.GetAsync("/probe")).Location, Does.StartWith("/reauthenticate"));

        Assert.That((await browser.SubmitAsync("/reauthenticate", "/reauthenticate/email-code", ("ReturnUrl", "/probe"))).Location, Is.EqualTo("/reauthenticate?method=email&returnUrl=%2Fprobe"));
        var back = await browser.SubmitAsync("/reauthenticate", ("Method", "email"), ("Code", await app.NewestCodeAsync(user)), ("ReturnUrl", "/probe"));
        Assert.That(back.Location, Is.EqualTo("/probe"));
        Assert.That((await browser.GetAsync("/probe")).Text, Is.EqualTo("looked"));
    }

    [Test]
    public async Task A_code_of_a_pending_sign_in_is_nothing_to_a_session()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await api.SendCodeAsync(await api.BeginAsync(user));
        var answer = await browser.SubmitAsync("/reauthenticate", ("Method", "email"), ("Code", await app.NewestCodeAsync(user)));
        Assert.That(answer.Text, Does.Contain("Wrong, used or expired code."));
    }

    [Test]
    public async Task A_visitor_is_sent_to_sign_in()
    {
        using var browser = new PageClient(app);
        Assert.That((await browser.GetAsync("/reauthenticate")).Location, Does.StartWith("/login?returnUrl="));
    }

    [Test]
    public async Task A_client_gets_an_access_token_and_keeps_its_refresh_token()
    {
        var user = await app.CreateUserAsync();
        var before = await api.LoginAsync(user);
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await api.GetAsync("/probe", before.Access)).Code, Is.EqualTo("reauthentication_required"));
        var answer = await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, before.Access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(answer.Json.TryGetProperty("refresh_token", out _), Is.False);
        Assert.That(answer.Json.TryGetProperty("refresh_expires_in", out _), Is.False);
        Assert.That(answer.Json.GetProperty("session_id").GetGuid(), Is.EqualTo(before.SessionId));

        var access = answer.Json.GetProperty("access_token").GetString()!;
        Assert.That((await api.GetAsync("/probe", access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.GetAsync("/probe", before.Access)).Code, Is.EqualTo("reauthentication_required"), "the old token says what it said");
        var refreshed = await api.PostAsync("/auth/refresh", new { refresh_token = before.Refresh });
        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
        Assert.That((await api.GetAsync("/probe", refreshed.Tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "and refreshing keeps what was shown");
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        var later = await api.PostAsync("/auth/refresh", new { refresh_token = refreshed.Tokens.Refresh });
        Assert.That((await api.GetAsync("/probe", later.Tokens.Access)).Code, Is.EqualTo("reauthentication_required"), "a refresh is no authentication");
    }

    [Test]
    public async Task A_client_of_someone_with_a_second_factor_answers_with_a_code()
    {
        var user = await app.CreateMfaUserAsync();
        var access = (await api.LoginWithCodeAsync(app, user)).Access;
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, access)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.PostAsync("/auth/reauthenticate/email-code", bearer: access)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await api.PostAsync("/auth/reauthenticate/email-code", bearer: access)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        var wrong = await app.WrongCodeAsync(user);
        Assert.That((await api.PostAsync("/auth/reauthenticate", new { method = "email", code = wrong }, access)).Code, Is.EqualTo("invalid_code"));
        var answer = await api.PostAsync("/auth/reauthenticate", new { method = "email", code = await app.NewestCodeAsync(user) }, access);
        Assert.That((await api.GetAsync("/probe", answer.Json.GetProperty("access_token").GetString())).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_clients_wrong_passwords_are_limited()
    {
        var user = await app.CreateUserAsync();
        var access = (await api.LoginAsync(user)).Access;
        Assert.That((await api.PostAsync("/auth/reauthenticate", new { }, access)).Code, Is.EqualTo("validation_failed"));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await api.PostAsync("/auth/reauthenticate", new { password = "wrong" }, access)).Code, Is.EqualTo("invalid_credentials"));
        }

        var limited = await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, access);
        Assert.That(limited.Code, Is.EqualTo("too_many_attempts"));
        Assert.That(int.Parse(limited.Headers["Retry-After"]), Is.InRange(1, 900));
        Assert.That((await api.PostAsync("/auth/reauthenticate", new { password = user.Password })).Code, Is.EqualTo("token_missing"));
    }

    [Test]
    public async Task A_trusted_device_still_asks_for_the_factor_before_sensitive_operations()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, trust: true);
        Assert.That((await browser.GetAsync("/probe")).Text, Is.EqualTo("looked"));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await browser.SubmitAsync("/account", "/logout");
        Assert.That((await browser.LoginAsync(user)).Location, Is.EqualTo("/account"));
        Assert.That((await browser.GetAsync("/probe")).Location, Does.StartWith("/reauthenticate"));
    }
}
