using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Sign-in by a trusted proxy's header: whose word counts, and what it is held against. The proxy is 127.0.0.1; others come from other addresses.</summary>
public sealed class ProxySignInTests() : OwnApp("Proxy:Trusted=127.0.0.1", "ProxyAuth:Enabled=true")
{
    private const string Stranger = "127.0.0.9";
    private const string UserHeader = "X-Remote-User";

    [Test]
    public async Task Whom_the_proxy_names_is_signed_in_and_comes_back_to_the_page()
    {
        var user = await App.CreateUserAsync();
        using var browser = NewBrowser().Saying(UserHeader, user.Email);
        var away = await browser.GetAsync("/account/sessions");
        Assert.That(away.Headers["Location"], Is.EqualTo("/login?returnUrl=%2Faccount%2Fsessions"));
        var back = await browser.GetAsync(away.Headers["Location"]);
        Assert.That((back.Status, back.Headers.GetValueOrDefault("Location")), Is.EqualTo((HttpStatusCode.Found, "/account/sessions")));
        Assert.That((await browser.GetAsync("/account/sessions")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<string[]>("SELECT amr FROM sessions WHERE user_id = $1", user.Id), Is.EquivalentTo(["ext"]));
        Assert.That(await App.QueryAsync<string>("SELECT detail FROM security_events WHERE user_id = $1 AND kind = 'signed_in'", user.Id), Is.EqualTo("browser ext"));
        Assert.That((await browser.GetAsync("/account/password")).Headers["Location"], Does.StartWith("/reauthenticate"), "The proxy's cookie alone changes no credential.");
    }

    [TestCase("x-remote-user")]
    [TestCase("X-REMOTE-USER")]
    public async Task Spelling_of_the_header_does_not_matter(string name)
    {
        var user = await App.CreateUserAsync();
        Assert.That((await BootstrapAsync("127.0.0.1", (name, user.Email.ToUpperInvariant()))).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static TestCaseData Case(string name, string from, params string[] headers) => new TestCaseData(from, headers).SetArgDisplayNames(name);

    public static IEnumerable<TestCaseData> Unheard =>
    [
        Case("an untrusted peer", Stranger, "X-Remote-User: {0}"),
        Case("an untrusted peer, odd case", Stranger, "x-rEMOTE-uSER: {0}"),
        Case("an untrusted peer that says it is the proxy", Stranger, "X-Remote-User: {0}", "X-Forwarded-For: 127.0.0.1"),
        Case("twice", "127.0.0.1", "X-Remote-User: {0}", "X-Remote-User: {0}"),
        Case("twice in two spellings", "127.0.0.1", "X-Remote-User: {0}", "x-remote-user: nobody@example.org"),
        Case("a list", "127.0.0.1", "X-Remote-User: {0}, {0}"),
        Case("a list without blank", "127.0.0.1", "X-Remote-User: nobody@example.org,{0}"),
        Case("empty", "127.0.0.1", "X-Remote-User:"),
        Case("blank", "127.0.0.1", "X-Remote-User:   "),
        Case("underscores", "127.0.0.1", "X_Remote_User: {0}"),
        Case("not ASCII", "127.0.0.1", "X-Remote-User: {0}\u00e9"),
        Case("a blank within", "127.0.0.1", "X-Remote-User: {0} x"),
        Case("a tab within", "127.0.0.1", "X-Remote-User: \t{0}\tx"),
        Case("only the address's header", "127.0.0.1", "X-Remote-Email: {0}"),
        Case("a name with somebody's address", "127.0.0.1", "X-Remote-User: ada", "X-Remote-Email: {0}"),
    ];

    [TestCaseSource(nameof(Unheard))]
    public async Task No_other_header_signs_anybody_in(string from, string[] headers)
    {
        var user = await App.CreateUserAsync();
        var sent = headers.Select(header => string.Format(System.Globalization.CultureInfo.InvariantCulture, header, user.Email).Split(':', 2)).Select(pair => (pair[0], pair[1])).ToArray();
        var call = await BootstrapAsync(from, sent);
        Assert.That(call.Code, Is.EqualTo("forbidden").Or.EqualTo("invalid_credentials"), call.Text);
        using var http = App.NewClient(from);
        foreach (var (name, value) in sent)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        using var browser = new PageClient(http);
        Assert.That((await browser.GetAsync("/login")).Status, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await browser.GetAsync("/account")).Status, Is.Not.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.Zero);
    }

    [Test]
    public async Task A_session_ends_when_the_proxy_names_somebody_else()
    {
        var (one, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        using var browser = NewBrowser().Saying(UserHeader, one.Email);
        await browser.GetAsync("/login");
        Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.OK));
        browser.Saying(UserHeader, other.Email);
        Assert.That((await browser.GetAsync("/account")).Headers["Location"], Does.StartWith("/login"));
        Assert.That(await App.QueryAsync<string>("SELECT revoked_reason FROM sessions WHERE user_id = $1", one.Id), Is.EqualTo("proxy_user_changed"));
        await browser.GetAsync("/login");
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(other.Email));
        browser.Saying(UserHeader, one.Email + ", " + other.Email);
        Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_token_is_refused_where_the_proxy_names_somebody_else()
    {
        var (one, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var bootstrapped = (await BootstrapAsync("127.0.0.1", ("X-Remote-User", one.Email))).Tokens.Access;
        var loggedIn = (await Api.LoginAsync(one)).Access;
        foreach (var token in new[] { bootstrapped, loggedIn, await Api.MakeApiTokenAsync(loggedIn, "profile.read") })
        {
            foreach (var (name, status) in new[] { (one.Email, 200), (other.Email, 403), ($"{one.Email},{one.Email}", 403), ("ada", 403), ("", 200) })
            {
                Assert.That((int)(await CallAsync("127.0.0.1", "/me", token, ("X-Remote-User", name))).Status, Is.EqualTo(status), name);
                Assert.That((int)(await CallAsync("127.0.0.1", "/events", loggedIn, ("X-Remote-User", name))).Status, Is.EqualTo(status), name);
            }

            Assert.That((await CallAsync("127.0.0.1", "/me", token, ("X-Remote-User", other.Email))).Code, Is.EqualTo("forbidden"));
            Assert.That((int)(await CallAsync(Stranger, "/me", token, ("X-Remote-User", other.Email))).Status, Is.EqualTo(200), "Nobody else's word counts.");
            Assert.That((int)(await CallAsync("127.0.0.1", "/forward-auth", loggedIn, ("X-Remote-User", other.Email))).Status, Is.EqualTo(403));
        }
    }

    [Test]
    public async Task Nobody_gets_an_account_by_being_named()
    {
        var name = $"new-{Guid.NewGuid():N}@example.org";
        Assert.That((await BootstrapAsync("127.0.0.1", ("X-Remote-User", name))).Code, Is.EqualTo("invalid_credentials"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE email = $1", name), Is.Zero);
    }

    [TestCase("ProxyAuth:Enabled=true")]
    [TestCase("ProxyAuth:Enabled=true", "Proxy:Trusted=0.0.0.0/0")]
    [TestCase("ProxyAuth:Enabled=true", "Proxy:Trusted=10.0.0.1", "ProxyAuth:UserHeader=X_Remote_User")]
    [TestCase("ProxyAuth:Enabled=true", "Proxy:Trusted=10.0.0.1", "ProxyAuth:UserHeader=Cookie")]
    [TestCase("ProxyAuth:Enabled=true", "Proxy:Trusted=10.0.0.1", "ProxyAuth:UserHeader=X-Remote-Email")]
    public void It_does_not_start_where_anybody_could_set_the_header(params string[] settings) => Assert.That(
        async () => await TestApp.StartAsync(App.ConnectionString, settings: settings),
        Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>().Or.InstanceOf<AggregateException>());

    // One whose requests come from the proxy.
    private PageClient NewBrowser() => new(App.NewClient("127.0.0.1"));

    private Task<Answer> BootstrapAsync(string from, params (string Name, string Value)[] headers) => App.BootstrapAsync("proxy", from, headers);

    private async Task<Answer> CallAsync(string from, string path, string bearer, params (string Name, string Value)[] headers)
    {
        using var http = App.NewClient(from);
        foreach (var (name, value) in headers)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        return path == "/forward-auth" ? await RawAsync(http, bearer) : await new ApiClient(http).GetAsync(path, bearer);
    }

    private static async Task<Answer> RawAsync(HttpClient http, string bearer)
    {
        http.DefaultRequestHeaders.Authorization = new("Bearer", bearer);
        using var response = await http.GetAsync(new Uri("/api/v1/forward-auth", UriKind.Relative));
        return await Answer.ReadAsync(response);
    }
}
