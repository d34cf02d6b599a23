using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Wrong answers of an outside provider, and answers of a wrong provider (OpenID Connect Core 1.0 3.1.3.7, RFC 9207, RFC 9700).</summary>
public sealed class ExternalProviderTests
{
    private ScriptedProvider provider = null!;
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        provider = new();
        app = await TestApp.StartAsync(null, null, [.. provider.Settings, "ExternalLogins:0:TrustEmail=true", "ExternalLogins:0:TrustSecondFactor=true"]);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await app.DisposeAsync();
        provider.Dispose();
    }

    [SetUp]
    public void AnswerRightly()
    {
        provider.Claims.Clear();
        (provider.WithoutSignature, provider.TokenError) = (false, null);
    }

    private static async Task<string> BeginAsync(PageClient browser)
    {
        var go = await browser.SubmitAsync("/login", "/login/external/scripted");
        return go.Refresh;
    }

    private async Task<Answer> GoAsync(PageClient browser, params (string Name, string? Value)[] changes) => await browser.GetAsync(provider.Answer(await BeginAsync(browser), changes));

    [TestCase("iss", "https://other.example.org/")]
    [TestCase("aud", "another-site")]
    [TestCase("nonce", "of another request")]
    [TestCase("nonce", null)]
    [TestCase("sub", null)]
    [TestCase("exp", 1_000_000_000)]
    public async Task A_wrong_identity_token_signs_nobody_in(string claim, object? value)
    {
        provider.Claims[claim] = value;
        using var browser = new PageClient(app.BaseAddress);

        var answer = await GoAsync(browser);

        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.Found, "/login")), answer.Text);
    }

    [Test]
    public async Task An_identity_token_without_signature_signs_nobody_in()
    {
        provider.WithoutSignature = true;
        using var browser = new PageClient(app.BaseAddress);

        Assert.That((await GoAsync(browser)).Location, Is.EqualTo("/login"));
    }

    [Test]
    public async Task An_error_and_an_answer_of_another_issuer_lead_back_to_the_login_page()
    {
        using var browser = new PageClient(app.BaseAddress);

        Assert.That((await GoAsync(browser, ("iss", "https://other.example.org/"))).Location, Is.EqualTo("/login"), "mix-up");
        Assert.That((await GoAsync(browser, ("iss", null))).Location, Is.EqualTo("/login"), "mix-up");
        Assert.That((await GoAsync(browser, ("code", null), ("error", "access_denied"))).Location, Is.EqualTo("/login"));
        provider.TokenError = "invalid_grant";
        Assert.That((await GoAsync(browser)).Location, Is.EqualTo("/login"));
        Assert.That((await browser.GetAsync("/login/external/scripted/callback")).Location, Is.EqualTo("/login"));
        Assert.That((await browser.GetAsync("/login/external/scripted/callback?state=x&code=y")).Location, Is.EqualTo("/login"));
    }

    [Test]
    public async Task An_answer_works_once()
    {
        using var browser = new PageClient(app.BaseAddress);
        var back = provider.Answer(await BeginAsync(browser));

        Assert.That((await browser.GetAsync(back)).Location, Is.EqualTo("/register/external"));
        Assert.That((await browser.GetAsync(back)).Location, Is.EqualTo("/login"));
    }

    [Test]
    public async Task A_provider_that_is_down_leads_back_to_the_login_page()
    {
        var gone = new ScriptedProvider();
        await using var site = await TestApp.StartAsync(null, null, gone.Settings);
        using var browser = new PageClient(site.BaseAddress);
        var begun = await BeginAsync(browser);
        var back = gone.Answer(begun);
        gone.Dispose();

        Assert.That((await browser.GetAsync(back)).Location, Is.EqualTo("/login"), "between the two");

        await using var other = await TestApp.StartAsync(null, null, gone.Settings);
        using var late = new PageClient(other.BaseAddress);
        var answer = await late.SubmitAsync("/login", "/login/external/scripted");
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.Found, "/login")), answer.Text);
    }

    [TestCase(null, "/login/mfa")]
    [TestCase("pwd", "/login/mfa")]
    [TestCase("mfa", "/account")]
    public async Task The_second_factor_is_asked_for_unless_a_trusted_provider_has_seen_one(string? amr, string next)
    {
        var user = await app.CreateUserAsync();
        await app.QueryAsync<object>("UPDATE users SET two_factor_enabled = true, email_codes_enabled = true WHERE id = $1", user.Id);
        await provider.LinkAsync(app, user);
        provider.Claims["amr"] = amr is null ? null : new[] { amr };
        using var browser = new PageClient(app.BaseAddress);

        Assert.That((await GoAsync(browser)).Location, Is.EqualTo(next));
    }

    [TestCase(false)]
    [TestCase(null)]
    public async Task An_unverified_address_gets_neither_an_account_nor_somebody_elses(bool? verified)
    {
        var user = await app.CreateUserAsync();
        (provider.Claims["sub"], provider.Claims["email"], provider.Claims["email_verified"]) = ($"u-{user.Id}", user.Email, verified);
        using var browser = new PageClient(app.BaseAddress);

        Assert.That((await GoAsync(browser)).Location, Is.EqualTo("/register/external"));
        Assert.That((await browser.SubmitAsync("/register/external", "/register/external")).Location, Is.EqualTo("/register"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM external_logins WHERE user_id = $1", user.Id), Is.Zero);
    }

    [Test]
    public async Task A_locked_user_is_refused_and_the_same_subject_of_another_issuer_is_somebody_else()
    {
        var user = await app.CreateUserAsync();
        await provider.LinkAsync(app, user, "https://other.example.org/");
        using var browser = new PageClient(app.BaseAddress);
        Assert.That((await GoAsync(browser)).Location, Is.EqualTo("/register/external"), "another issuer");

        await app.QueryAsync<object>("UPDATE external_logins SET issuer = $2 WHERE user_id = $1", user.Id, provider.Issuer);
        await app.QueryAsync<object>("UPDATE users SET lockout_enabled = true, lockout_end = now() + interval '1 year' WHERE id = $1", user.Id);
        Assert.That((await GoAsync(browser)).Location, Is.EqualTo("/login"));
    }
}
