using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;

namespace WebApp.Tests.Browser;

/// <summary>What the client module does when its tokens expire, are revoked or cannot be refreshed.</summary>
[Category("Browser")]
public sealed class AuthClientRefreshTests : AuthClientPage
{
    private static readonly string[] InAndRevoked = ["signed-in", "token_revoked"];

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

        // The access token runs out by this device's clock, so the refresh is what finds it out.
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
    public async Task Stale_authentication_is_reported_and_can_be_renewed()
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
}
