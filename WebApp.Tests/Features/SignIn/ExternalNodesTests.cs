using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Two nodes on one database, under one address: a browser goes to an outside provider from one, and its answer comes to the other.</summary>
public sealed class ExternalNodesTests
{
    private TestApp here = null!;
    private TestApp there = null!;

    private static TestApp Provider => TestApp.Shared;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var (port, redirect) = SiteWithProvider.Choose("127.0.0.1");
        string[] settings = [.. await SiteWithProvider.SettingsAsync(Provider, redirect), "ExternalLogins:0:TrustEmail=true"];
        here = await TestApp.StartOnAsync(port, "127.0.0.1", settings);
        there = await TestApp.StartAsync(here.ConnectionString, settings: [$"App:BaseUrl={here.BaseAddress}", .. settings]);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await there.DisposeAsync();
        await here.DisposeAsync();
    }

    [Test]
    public async Task An_account_is_made_and_signed_in_to_with_each_step_on_another_node()
    {
        var person = await Provider.CreateUserAsync("Ada");
        using var browser = new PageClient(here);
        using var other = browser.At(there);

        var first = await other.GetAsync(await AnswerAsync(browser, person));
        Assert.That(first.Location, Is.EqualTo("/register/external"), first.Text);
        var made = await browser.SubmitAsync("/register/external", "/register/external");
        Assert.That((made.Status, made.Location), Is.EqualTo((HttpStatusCode.Found, "/account")), made.Text);
        Assert.That(await other.IsSignedInAsync(), Is.True);

        using var again = new PageClient(here);
        using var after = again.At(there);
        var second = await again.GetAsync(await AnswerAsync(after, person));
        Assert.That(second.Location, Is.EqualTo("/account"), second.Text);
        Assert.That((await again.IsSignedInAsync(), await after.IsSignedInAsync()), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task An_answer_is_good_on_one_node_only()
    {
        var person = await Provider.CreateUserAsync();
        using var browser = new PageClient(here);
        using var other = browser.At(there);
        var answer = await AnswerAsync(browser, person);

        Assert.That((await other.GetAsync(answer)).Location, Is.EqualTo("/register/external"));
        Assert.That((await browser.GetAsync(answer)).Location, Is.EqualTo("/login"), "it was used on the other node");
    }

    [Test]
    public async Task An_answer_is_good_on_the_other_node_in_the_browser_that_began_only()
    {
        using var browser = new PageClient(here);
        using var stranger = new PageClient(here).At(there);
        Assert.That((await stranger.GetAsync(await AnswerAsync(browser, await Provider.CreateUserAsync()))).Location, Is.EqualTo("/login"));
    }

    [Test]
    public async Task One_of_two_nodes_that_get_an_answer_at_once_takes_it()
    {
        var person = await Provider.CreateUserAsync();
        using var browser = new PageClient(here);
        using var other = browser.At(there);
        var answer = await AnswerAsync(browser, person);
        using var sameHere = browser.Copy();
        using var sameThere = other.Copy();

        var both = await Task.WhenAll(sameHere.GetAsync(answer), sameThere.GetAsync(answer));

        Assert.That(both.Select(one => one.Location), Is.EquivalentTo(new[] { "/register/external", "/login" }));
    }

    [Test]
    public async Task A_connection_begun_on_one_node_is_made_on_the_other()
    {
        var (person, user) = (await Provider.CreateUserAsync(), await here.CreateUserAsync());
        using var browser = await PageClient.SignInAsync(here, user);
        using var other = browser.At(there);

        var made = await other.GetAsync(await AnswerAsync(browser, person, "/account/external-logins", "/account/external-logins/link/house"));

        Assert.That(made.Location, Is.EqualTo("/account/external-logins"), made.Text);
        Assert.That(await here.QueryAsync<long>("SELECT count(*) FROM external_logins WHERE user_id = $1", user.Id), Is.EqualTo(1));
        using var fresh = new PageClient(here).At(there);
        Assert.That((await fresh.GetAsync(await AnswerAsync(fresh, person))).Location, Is.EqualTo("/account"));
    }

    // Presses the button, signs in at the provider, and gives the path of the answer, not yet asked for.
    private static async Task<string> AnswerAsync(PageClient browser, TestUser person, string page = "/login", string action = "/login/external/house")
    {
        var go = await browser.SubmitAsync(page, action);
        using var elsewhere = await PageClient.SignInAsync(Provider, person);
        var back = await elsewhere.GetAsync(new Uri(go.Refresh).PathAndQuery);
        Assert.That(back.Location, Does.Contain("/login/external/house/callback"), back.Text);
        return new Uri(back.Location!).PathAndQuery;
    }
}
