using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>The client module, in tabs of one real browser. Each test has a profile of its own, and its own clock to let tokens run out.</summary>
public sealed class AuthClientTests : OwnApp
{
    private const string Ask = "async () => { const r = await auth.fetch('/api/v1/me'); return r.ok ? (await r.json()).email : String(r.status); }";

    private static readonly string[] InAndOut = ["signed-in", "signed-out"];
    private static readonly string[] InAndRevoked = ["signed-in", "token_revoked"];
    private static readonly string[] MailOnly = ["email"];

    [Test]
    public async Task Signs_in_calls_the_api_and_signs_out()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();

        Assert.That(await tab.Page.EvaluateAsync<bool>("auth.signedIn"), Is.False);
        await LoginAsync(tab.Page, user);

        var session = await tab.Page.EvaluateAsync<string>("auth.sessionId");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo(user.Email));
            Assert.That(await tab.Page.EvaluateAsync<bool>("auth.check()"), Is.True);
        }

        await tab.Page.EvaluateAsync("auth.logout()");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo("401"));
            Assert.That(await News(tab.Page), Is.EqualTo(InAndOut));
            Assert.That(await App.QueryAsync<bool>("SELECT revoked_at IS NOT NULL FROM sessions WHERE id = $1", Guid.Parse(session)), Is.True);
        }
    }

    [Test]
    public async Task Signed_in_once_it_is_known_and_a_stranger_who_fails_on_purpose_does_not_delay_it()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);
        await tab.Page.EvaluateAsync("auth.logout()");
        await App.LockAsync(Api, user.Email);

        await LoginAsync(tab.Page, user);
        Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo(user.Email));
        Assert.That((await Api.TryAsync(user)).Code, Is.EqualTo("too_many_attempts"));
    }

    [Test]
    public async Task Refusal_carries_its_code()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();

        var code = await tab.Page.EvaluateAsync<string>(
            "email => auth.login({ email, password: 'not this one' }).then(() => 'in', error => `${error.name} ${error.status} ${error.code}`)", user.Email);

        Assert.That(code, Is.EqualTo("AuthError 401 invalid_credentials"));
    }

    [Test]
    public async Task Second_factor_completes_the_sign_in()
    {
        var user = await App.CreateMfaUserAsync();
        await using var tab = await OpenAsync();

        var methods = await tab.Page.EvaluateAsync<string[]>(
            "async user => { const c = await auth.login(user); await auth.sendEmailCode(); return c.methods; }", new { email = user.Email, password = user.Password });
        Assert.That(methods, Is.EqualTo(MailOnly));
        Assert.That(await tab.Page.EvaluateAsync<bool>("auth.signedIn"), Is.False);

        await tab.Page.EvaluateAsync("code => auth.answer({ method: 'email', code })", await App.NewestCodeAsync(user));
        Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo(user.Email));
    }

    [Test]
    public async Task Pages_session_gives_tokens_without_another_sign_in()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await tab.Page.FillAsync("#Email", user.Email);
        await tab.Page.FillAsync("#Password", user.Password);
        await tab.Page.ClickAsync("form[action='/login'] button.button-wide");
        await tab.Page.WaitForURLAsync("**/account");
        await tab.Page.GotoAsync("/account/profile");
        var answers = await tab.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { AuthClient } = await import('/js/auth-client.js');
              const auth = new AuthClient();
              const refused = await auth.fromSession('made up').then(() => 'in', error => error.code);
              await auth.fromSession(document.querySelector('[name=__RequestVerificationToken]').value);
              return [refused, (await (await auth.fetch('/api/v1/me')).json()).email];
            }
            """);
        Assert.That(answers, Is.EqualTo(new[] { "forbidden", user.Email }));
    }

    [Test]
    public async Task Two_tabs_with_an_expired_token_refresh_once()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);
        var other = await AnotherAsync(tab.Page);
        var session = Guid.Parse(await tab.Page.EvaluateAsync<string>("auth.sessionId"));
        ConcurrentQueue<string> refreshes = [];
        tab.Page.Context.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/auth/refresh", StringComparison.Ordinal))
            {
                refreshes.Enqueue(request.Url);
            }
        };

        // Each tab asks five times at once; the server finds the token expired, by its own clock.
        App.Clock.Advance(TimeSpan.FromMinutes(16));
        const string Five = $"Promise.all(Array.from({{ length: 5 }}, {Ask}))";
        var answers = await Task.WhenAll(tab.Page.EvaluateAsync<string[]>(Five), other.EvaluateAsync<string[]>(Five));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.SelectMany(a => a), Is.EqualTo(Enumerable.Repeat(user.Email, 10)));
            Assert.That(refreshes, Has.Count.EqualTo(1));
            Assert.That(await App.QueryAsync<int>("SELECT refresh_seq FROM sessions WHERE id = $1", session), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Token_about_to_run_out_is_refreshed_before_it_is_sent()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);

        await RunOutAsync(tab.Page);

        Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo(user.Email));
        Assert.That(await App.QueryAsync<int>("SELECT refresh_seq FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(2));
    }

    [Test]
    public async Task Other_tab_hears_of_signing_in_and_out()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        var other = await AnotherAsync(tab.Page);

        await LoginAsync(tab.Page, user);
        await Patience.UntilAsync(() => other.EvaluateAsync<bool>("news.length === 1 && auth.signedIn"));
        await tab.Page.EvaluateAsync("auth.logout()");
        await Patience.UntilAsync(() => other.EvaluateAsync<bool>("news.length === 2 && !auth.signedIn"));

        Assert.That(await News(other), Is.EqualTo(InAndOut));
    }

    [Test]
    public async Task Revoked_token_signs_out_and_says_why()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);

        var elsewhere = await Api.LoginAsync(user);
        Assert.That((await Api.PostAsync("/auth/logout-everywhere", bearer: elsewhere.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo("401"));
        Assert.That(await News(tab.Page), Is.EqualTo(InAndRevoked));
    }

    [Test]
    public async Task Session_that_ended_while_the_tab_slept_signs_out_at_the_refresh()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);

        // The access token runs out by this device's clock, so the refresh is what hears of it.
        await RunOutAsync(tab.Page);
        await App.QueryAsync<object>("UPDATE sessions SET revoked_at = now() WHERE user_id = $1", user.Id);

        Assert.That(await tab.Page.EvaluateAsync<string>(Ask), Is.EqualTo("401"));
        Assert.That(await News(tab.Page), Is.EqualTo(InAndRevoked));
    }

    [Test]
    public async Task Failing_server_signs_nobody_out()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);
        await tab.Page.RouteAsync("**/auth/refresh", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{"code":"unavailable"}""" }));

        await RunOutAsync(tab.Page);
        var outcome = await tab.Page.EvaluateAsync<string>("auth.fetch('/api/v1/me').then(() => 'answered', error => error.code)");

        Assert.That(outcome, Is.EqualTo("unavailable"));
        Assert.That(await tab.Page.EvaluateAsync<bool>("auth.signedIn"), Is.True);
    }

    [Test]
    public async Task Stale_authentication_is_told_and_mended()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);
        const string Make = "auth.fetch('/api/v1/api-tokens', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{\"name\":\"ci\"}' }).then(r => r.status)";

        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await tab.Page.EvaluateAsync("auth.addEventListener('reauthentication', () => news.push('prove it'))");
        Assert.That(await tab.Page.EvaluateAsync<int>(Make), Is.EqualTo(403));
        Assert.That(await News(tab.Page), Does.Contain("prove it"));

        await tab.Page.EvaluateAsync("password => auth.reauthenticate({ password })", user.Password);
        Assert.That(await tab.Page.EvaluateAsync<int>(Make), Is.EqualTo(201));
    }

    [Test]
    public async Task Token_goes_to_no_other_origin()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);

        Assert.That(
            await tab.Page.EvaluateAsync<string>("auth.fetch('https://elsewhere.example/').then(() => 'sent', error => error.name)"),
            Is.EqualTo("TypeError"));
    }

    private async Task<Tab> OpenAsync()
    {
        var tab = await Chromium.OpenAsync(app: App);
        await ReadyAsync(tab.Page);
        return tab;
    }

    private static async Task<IPage> AnotherAsync(IPage page)
    {
        var other = await page.Context.NewPageAsync();
        await ReadyAsync(other);
        return other;
    }

    private static async Task ReadyAsync(IPage page)
    {
        await page.GotoAsync("/login");
        await page.EvaluateAsync(
            """
            async () => {
              const { AuthClient } = await import('/js/auth-client.js');
              window.auth = new AuthClient();
              window.news = [];
              auth.addEventListener('change', event => news.push(event.detail.reason));
            }
            """);
    }

    private static async Task LoginAsync(IPage page, TestUser user) =>
        await page.EvaluateAsync("user => auth.login(user)", new { email = user.Email, password = user.Password, deviceName = "a page" });

    /// <summary>Has the access token run out by the device's own clock.</summary>
    private static async Task RunOutAsync(IPage page) => await page.EvaluateAsync(
        """
        () => new Promise((done, failed) => {
          const opening = indexedDB.open('webapp.tokens');
          opening.onsuccess = () => {
            const transaction = opening.result.transaction('tokens', 'readwrite');
            const tokens = transaction.objectStore('tokens');
            const reading = tokens.get('tokens');
            reading.onsuccess = () => tokens.put({ ...reading.result, expires_at: Date.now() + 1000 }, 'tokens');
            transaction.oncomplete = done;
            transaction.onabort = failed;
          };
        })
        """);

    private static Task<string[]> News(IPage page) => page.EvaluateAsync<string[]>("news");
}
