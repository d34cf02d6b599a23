using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>The cookie: what it is like, when it changes, and what it is worth to whoever saved it.</summary>
public sealed class SessionCookieTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task The_cookie_is_for_this_site_and_no_script()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var brief = (await new PageClient(TestApp.Shared).LoginAsync(user)).Headers["Set-Cookie"];
        Assert.That(brief, Does.Match("session=[A-Za-z0-9_-]{64}; path=/; samesite=lax; httponly"));
        Assert.That(brief, Does.Not.Contain("domain").IgnoreCase.And.Not.Match("session=[^,]*expires="));

        var remembered = (await new PageClient(TestApp.Shared).LoginAsync(user, remember: true)).Headers["Set-Cookie"];
        Assert.That(remembered, Does.Match("session=[A-Za-z0-9_-]{64}; expires=[^;]+; path=/; samesite=lax; httponly"));
    }

    [Test]
    public async Task Signing_in_again_makes_a_new_key_and_the_old_one_is_dead()
    {
        var (user, other) = (await TestApp.Shared.CreateUserAsync(), await TestApp.Shared.CreateUserAsync());
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        var old = browser.Session;
        // The form is for whoever is signed out; a page open since before has its token.
        foreach (var next in new[] { user, other })
        {
            var answer = await browser.SubmitAsync("/account", "/login", ("Email", next.Email), ("Password", next.Password));
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That(browser.Session, Is.Not.EqualTo(old));
            Assert.That(await browser.IsSignedInAsync(), Is.True);
            Assert.That(await Saved(old).IsSignedInAsync(), Is.False);
            old = browser.Session;
        }
    }

    [Test]
    public async Task A_session_an_attacker_planted_is_not_taken_over()
    {
        var attacker = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var planted = attacker.Session;
        var user = await TestApp.Shared.CreateUserAsync();
        var victim = new PageClient(TestApp.Shared).With("session", planted);
        await victim.SubmitAsync("/account", "/login", ("Email", user.Email), ("Password", user.Password));
        Assert.That(victim.Session, Is.Not.EqualTo(planted));
        Assert.That(await Saved(planted).IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task Signing_out_kills_a_saved_cookie()
    {
        var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var saved = browser.Session;
        var answer = await browser.SubmitAsync("/account", "/logout");
        Assert.That(answer.Headers["Location"], Is.EqualTo("/login"));
        Assert.That(browser.Session, Is.Null);
        Assert.That(await Saved(saved).IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task Disabling_a_user_by_hand_kills_cookie_and_tokens()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        var tokens = await api.LoginAsync(user);
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        await TestApp.Shared.QueryAsync<int>("UPDATE users SET lockout_end = 'infinity' WHERE id = $1", user.Id);
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));

        // By hand in the database: the node is notified within a moment.
        Assert.That(async () => (await api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked").After(1000, 10));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That((await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Code, Is.EqualTo("invalid_credentials"));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("%00")]
    public async Task A_made_up_cookie_opens_nothing(string cookie) => Assert.That(await Saved(cookie).IsSignedInAsync(), Is.False);

    [Test]
    public async Task A_right_id_with_another_key_opens_nothing()
    {
        var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var cookie = browser.Session!;
        foreach (var at in new[] { 24, 40, 62 })
        {
            var forged = cookie.ToCharArray();
            forged[at] = forged[at] == 'A' ? 'B' : 'A';
            Assert.That(await Saved(new(forged)).IsSignedInAsync(), Is.False);
        }

        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [Test]
    public async Task A_row_written_by_hand_opens_nothing()
    {
        var victim = await TestApp.Shared.CreateUserAsync();
        var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var id = new Guid(System.Buffers.Text.Base64Url.DecodeFromChars(browser.Session!).AsSpan(0, 16), bigEndian: true);
        await TestApp.Shared.QueryAsync<int>("UPDATE sessions SET user_id = $2 WHERE id = $1", id, victim.Id);
        var page = await browser.GetAsync("/account");
        Assert.That(page.Text, Does.Not.Contain(victim.Email), "The sealed ticket says who is signed in.");
    }

    private static PageClient Saved(string? cookie) => new PageClient(TestApp.Shared).With("session", cookie);
}
