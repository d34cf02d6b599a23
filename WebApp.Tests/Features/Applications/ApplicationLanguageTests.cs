using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>The language of the pages on which people sign in to an application: what the application asks for (<c>ui_locales</c>), else what the browser does.</summary>
public sealed class ApplicationLanguageTests
{
    private const string English = "<html lang=\"en\"", German = "<html lang=\"de\"";

    private OidcClient party = null!;

    private static TestApp App => TestApp.Shared;

    [SetUp]
    public async Task AddAsync() => party = await OidcClient.CreateAsync(App);

    [TearDown]
    public void Dispose() => party.Dispose();

    [Test]
    public async Task It_holds_from_the_sign_in_to_the_answer_and_no_longer()
    {
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(App).Asking("en");

        var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", "fr-CA de-AT en")));
        Assert.That((await browser.GetAsync(sent.Location!)).Text, Does.Contain(German), "the login page");
        var wrong = await browser.SubmitAsync(sent.Location!, "/login", ("Email", user.Email), ("Password", "wrong"), ("ReturnUrl", OidcClient.Parameter(sent, "returnUrl")!));
        Assert.That(wrong.Text, Does.Contain(German), "the login page after a wrong password");
        var right = await browser.SubmitAsync(sent.Location!, "/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", OidcClient.Parameter(sent, "returnUrl")!));
        Assert.That((await browser.GetAsync(right.Location!)).Text, Does.Contain(German), "the page that goes on");
        var consent = await browser.GetAsync(right.Location!.Replace("/connect/continue", "/connect/authorize", StringComparison.Ordinal));
        Assert.That(consent.Text, Does.Contain(German).And.Contain("Ihre Sprache"), "the consent page");
        var done = await OidcClient.DecideAsync(browser, consent, "allow");
        Assert.That(OidcClient.Parameter(done, "code"), Is.Not.Null, done.Text);
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(English), "afterwards the browser's again");
    }

    [Test]
    public async Task A_refusal_ends_it_too()
    {
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(App);
        var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", "de")));
        await browser.SubmitAsync(sent.Location!, "/login", ("Email", user.Email), ("Password", user.Password));
        var consent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", "de")));
        Assert.That(OidcClient.Parameter(await OidcClient.DecideAsync(browser, consent, "deny"), "error"), Is.EqualTo("access_denied"));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(English));
    }

    [Test]
    public async Task A_pushed_request_has_it_too()
    {
        var pushed = await party.PostAsync("/connect/par", [.. Parameters(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", "de")))]);
        Assert.That(pushed.Status, Is.EqualTo(HttpStatusCode.Created), pushed.Text);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var consent = await browser.GetAsync($"/connect/authorize?client_id={party.ClientId}&request_uri={Uri.EscapeDataString(pushed.Json.GetProperty("request_uri").GetString()!)}");
        Assert.That(consent.Text, Does.Contain(German));
    }

    [TestCase("fr", German)]
    [TestCase("", German)]
    [TestCase("en", English)]
    [TestCase("EN-gb", English)]
    [TestCase("' ; de", German)]
    public async Task One_in_which_there_are_no_pages_leaves_the_browsers(string asked, string language)
    {
        using var browser = (await PageClient.SignInAsync(App, await App.CreateUserAsync())).Asking("de");
        Assert.That((await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", asked)))).Text, Does.Contain(language));
    }

    [Test]
    public async Task The_setting_of_the_user_comes_first()
    {
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        await browser.SubmitAsync("/account/profile", ("DisplayName", "Ada"), ("Language", "en"), ("TimeZone", ""));
        Assert.That((await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("ui_locales", "de")))).Text, Does.Contain(English));
    }

    [Test]
    public async Task The_page_that_asks_whether_to_sign_out_has_it_too()
    {
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        Assert.That((await browser.GetAsync("/connect/logout?ui_locales=de")).Text, Does.Contain(German));
    }

    private static IEnumerable<(string Name, string Value)> Parameters(string url) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(field => (field.Key, field.Value.ToString()));
}
