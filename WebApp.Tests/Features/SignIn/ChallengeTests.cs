using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>The second step: what completes it, what limits guessing, and what ends it.</summary>
public sealed class ChallengeTests
{
    private TestApp app = null!;
    private ApiClient api = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        app = await TestApp.StartAsync();
        api = new(app);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task Six_wrong_codes_the_password_again_and_six_more_are_still_limited()
    {
        var user = await app.CreateMfaUserAsync();
        var wrong = await app.WrongCodeAsync(user);
        List<Answer> answers = [];
        for (var round = 0; round < 2; round++)
        {
            var token = await api.BeginAsync(user);
            await api.SendCodeAsync(token);
            for (var i = 0; i < 6; i++)
            {
                answers.Add(await api.AnswerAsync(token, wrong));
            }

            app.Clock.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.That(answers.Take(5).Select(a => a.Code), Is.All.EqualTo("invalid_code"));
        Assert.That(answers.Skip(5).Select(a => a.Status), Is.All.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answers.Skip(5).Select(a => int.Parse(a.Headers["Retry-After"])), Is.All.InRange(1, 900));
        Assert.That((await api.AnswerAsync(await api.BeginAsync(user), await app.NewestCodeAsync(user))).Code, Is.EqualTo("too_many_attempts"), "even the right one waits");
    }

    [Test]
    public async Task Codes_sprayed_over_many_pending_sign_ins_are_limited_for_the_account()
    {
        var user = await app.CreateMfaUserAsync();
        List<string> tokens = [];
        while (tokens.Count < 12)
        {
            tokens.Add(await api.BeginAsync(user));
        }

        await api.SendCodeAsync(tokens[0]);
        var wrong = await app.WrongCodeAsync(user);
        var answers = await Task.WhenAll(tokens.Select(token => api.AnswerAsync(token, wrong)));
        Assert.That(answers.Count(a => a.Code == "invalid_code"), Is.EqualTo(5));
        Assert.That(answers.Count(a => a.Code == "too_many_attempts"), Is.EqualTo(7));
    }

    [Test]
    public async Task The_page_and_the_API_count_the_same_guesses_and_the_page_says_when_to_come_again()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.BeginAsync(user);
        var (code, wrong) = (await app.NewestCodeAsync(user), await app.WrongCodeAsync(user));
        var refused = await browser.AnswerAsync(wrong);
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(refused.Text, Does.Contain("Wrong, used or expired code.").And.Not.Contain($"value=\"{wrong}\""));
        var token = await api.BeginAsync(user);
        for (var i = 0; i < 4; i++)
        {
            await api.AnswerAsync(token, wrong);
        }

        var limited = await browser.AnswerAsync(code);
        Assert.That(limited.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(limited.Text, Does.Contain("Try again in 15 minutes"));
        Assert.That(limited.RetryAfter, Is.Not.Null);
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_right_code_forgives_the_wrong_ones()
    {
        var user = await app.CreateMfaUserAsync();
        var wrong = await app.WrongCodeAsync(user);
        for (var round = 0; round < 2; round++)
        {
            var token = await api.BeginAsync(user);
            await api.SendCodeAsync(token);
            for (var i = 0; i < 4; i++)
            {
                await api.AnswerAsync(token, wrong);
            }

            Assert.That((await api.AnswerAsync(token, await app.NewestCodeAsync(user))).Status, Is.EqualTo(HttpStatusCode.OK), $"round {round}");
            app.Clock.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Remember_me_is_carried_over(bool remember)
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, remember);
        Assert.That(browser.CookieExpires("session") > DateTime.UtcNow.AddDays(29), Is.EqualTo(remember));
        Assert.That(browser.Cookie("pending"), Is.Null, "nothing pending is left");
    }

    [Test]
    public async Task The_device_name_of_the_client_is_carried_over()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user, "Kitchen radio");
        await api.SendCodeAsync(token);
        await api.AnswerAsync(token, await app.NewestCodeAsync(user));
        Assert.That(await app.QueryAsync<string>("SELECT device_name FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo("Kitchen radio"));
    }

    [TestCase("/account/sessions", "/account/sessions")]
    [TestCase("https://evil.example/", "/account")]
    [TestCase("//evil.example", "/account")]
    public async Task The_way_back_is_kept_and_stays_on_this_site(string returnUrl, string expected)
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        var query = $"?returnUrl={Uri.EscapeDataString(returnUrl)}";
        await browser.LoginAsync(user, query: query);
        await browser.SubmitAsync($"/login/mfa{query}", "/login/mfa/email-code", ("ReturnUrl", returnUrl));
        var answer = await browser.SubmitAsync(
            "/login/mfa", "/login/mfa", ("Method", "email"), ("Code", await app.NewestCodeAsync(user)), ("ReturnUrl", returnUrl));
        Assert.That(answer.Location, Is.EqualTo(expected));
    }

    [Test]
    public async Task Opening_the_page_sends_nothing()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginAsync(user);
        var page = await browser.GetAsync("/login/mfa?method=email");
        Assert.That(page.Text, Does.Contain("Send the code").And.Contain("u•••@example.org").And.Not.Contain(user.Email));
        Assert.That(await WebApp.Tests.Pages.Mailbox.SignInCodesAsync(app, user.Email), Is.Empty);
    }

    [Test]
    public async Task Asking_too_soon_is_reported_on_the_page()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.BeginAsync(user);
        var answer = await browser.SubmitAsync("/login/mfa", "/login/mfa/email-code");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answer.Text, Does.Contain("You can have another in"));
    }

    [Test]
    public async Task A_pending_sign_in_ends_after_ten_minutes_and_the_login_page_says_so()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.BeginAsync(user);
        var token = await api.BeginAsync(user);
        var code = await app.NewestCodeAsync(user);
        var pending = browser.Cookie("pending")!;
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        browser.With("pending", pending); // The browser would have dropped it.
        Assert.That((await browser.SubmitAsync("/login", "/login/mfa", ("Method", "email"), ("Code", code))).Location, Is.EqualTo("/login"));
        Assert.That((await browser.GetAsync("/login")).Text, Does.Contain("took too long"));
        Assert.That(browser.Cookie("pending"), Is.Null);
        Assert.That((await api.AnswerAsync(token, code)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.SendCodeAsync(token)).Code, Is.EqualTo("invalid_code"));
    }

    [Test]
    public async Task Without_a_pending_sign_in_there_is_no_challenge()
    {
        using var browser = new PageClient(app);
        Assert.That((await browser.GetAsync("/login/mfa?returnUrl=/account/sessions")).Location, Is.EqualTo("/login?returnUrl=%2Faccount%2Fsessions"));
        Assert.That((await browser.SubmitAsync("/login", "/login/mfa/email-code")).Location, Is.EqualTo("/login"));
        foreach (var token in new[] { "nonsense", new string('A', 64), "" })
        {
            Assert.That((await api.AnswerAsync(token, "123456")).Code, Is.EqualTo("invalid_code"), token);
        }
    }

    // What an administrator's lock, a deletion (asked for or carried out) and "sign out everywhere" do to the user's row.
    [TestCase("UPDATE users SET lockout_end = now() + interval '1 day' WHERE id = $1")]
    [TestCase("UPDATE users SET deletion_requested_at = now(), token_version = token_version + 1 WHERE id = $1")]
    [TestCase("UPDATE users SET token_version = token_version + 1 WHERE id = $1")]
    [TestCase("DELETE FROM users WHERE id = $1")]
    public async Task A_closed_account_cannot_finish_a_pending_sign_in(string close)
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.BeginAsync(user);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        var code = await app.NewestCodeAsync(user);
        await app.QueryAsync<object>(close, user.Id);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await api.SendCodeAsync(token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.AnswerAsync(token, code)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await browser.GetAsync("/login/mfa")).Location, Is.EqualTo("/login"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.Zero);
    }

    [Test]
    public async Task A_password_reset_ends_a_pending_sign_in_and_does_not_skip_the_second_factor()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        var reset = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await app.ResetPasswordAsync(reset);
        Assert.That((await api.AnswerAsync(token, await app.NewestCodeAsync(user))).Code, Is.EqualTo("invalid_code"));
        await api.BeginAsync(reset);
        using var browser = new PageClient(app);
        Assert.That((await browser.LoginAsync(reset)).Location, Is.EqualTo("/login/mfa"));
    }
}
