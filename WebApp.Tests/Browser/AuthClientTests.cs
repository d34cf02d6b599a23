using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>The client module signs in and out and calls the API, in tabs of one real browser.</summary>
[Category("Browser")]
public sealed class AuthClientTests : AuthClientPage
{
    private static readonly string[] InAndOut = ["signed-in", "signed-out"];
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
    public async Task Other_tab_is_notified_of_signing_in_and_out()
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
    public async Task Token_goes_to_no_other_origin()
    {
        var user = await App.CreateUserAsync();
        await using var tab = await OpenAsync();
        await LoginAsync(tab.Page, user);

        Assert.That(
            await tab.Page.EvaluateAsync<string>("auth.fetch('https://elsewhere.example/').then(() => 'sent', error => error.name)"),
            Is.EqualTo("TypeError"));
    }
}
