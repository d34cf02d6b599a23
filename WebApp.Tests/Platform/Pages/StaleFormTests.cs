using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>A form that was opened before something changed is no dead end, and nothing of it is processed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StaleFormTests
{
    private const string Warning = "nothing was changed";

    [Test]
    public async Task A_login_page_opened_before_signing_in_elsewhere_leads_on()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        PageClient browser = new(TestApp.Shared, navigates: true);
        var old = await browser.AntiforgeryTokenAsync("/login?returnUrl=/account/profile");
        await browser.LoginAsync(user);

        var answer = await browser.PostAsync(
            "/login", ("Email", user.Email), ("Password", "another"), ("ReturnUrl", "/account/profile"), ("__RequestVerificationToken", old));

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(answer.Headers["Location"], Is.EqualTo("/account/profile"));
    }

    [TestCase("/login", "Email", "ada@example.org")]
    [TestCase("/register", "DisplayName", "Ada")]
    [TestCase("/forgot-password", "Email", "ada@example.org")]
    public async Task Without_the_antiforgery_cookie_the_form_comes_again_with_what_was_typed(string path, string field, string typed)
    {
        PageClient browser = new(TestApp.Shared, navigates: true);
        var token = await browser.AntiforgeryTokenAsync(path);
        browser.Forget("antiforgery");

        var answer = await browser.PostAsync(path, (field, typed), ("Password", "a secret that stays out"), ("__RequestVerificationToken", token));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found), answer.Text);
        Assert.That(answer.Headers["Location"], Is.EqualTo(path));
        Assert.That(browser.Cookie("draft"), Is.Not.Null.And.Not.Contain(typed));

        var again = await browser.GetAsync(path);
        Assert.That(again.Text, Does.Contain(Warning).And.Contain($"value=\"{typed}\"").And.Not.Contain("stays out"));
        Assert.That((await browser.GetAsync(path)).Text, Does.Not.Contain(Warning), "said once");
    }

    [Test]
    public async Task A_form_sent_after_the_session_ended_comes_again_after_signing_in()
    {
        var user = await TestApp.Shared.CreateUserAsync("Before");
        PageClient browser = new(TestApp.Shared, navigates: true);
        await browser.LoginAsync(user);
        var token = await browser.AntiforgeryTokenAsync("/account/profile");
        await TestApp.Shared.Database.CreateCommand($"UPDATE sessions SET revoked_at = now() WHERE user_id = '{user.Id}'").ExecuteNonQueryAsync();
        await Patience.UntilAsync(async () => !await browser.IsSignedInAsync());

        var answer = await browser.PostAsync("/account/profile", ("DisplayName", "Typed long ago"), ("__RequestVerificationToken", token));
        Assert.That(answer.Headers["Location"], Is.EqualTo("/login?returnUrl=%2Faccount%2Fprofile"));
        Assert.That((await browser.GetAsync("/login?returnUrl=%2Faccount%2Fprofile")).Text, Does.Contain("nothing was saved"));

        await browser.LoginAsync(user);
        Assert.That((await browser.GetAsync("/account/profile")).Text, Does.Contain("value=\"Typed long ago\""));
        Assert.That((await browser.GetAsync("/account/profile")).Text, Does.Contain("value=\"Before\""));
    }

    [Test]
    public async Task Where_a_visitor_was_going_outlasts_registration()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        PageClient browser = new(TestApp.Shared, navigates: true);
        Assert.That((await browser.GetAsync("/login?returnUrl=/account/groups")).Text, Does.Contain("href=\"/register?returnUrl=%2Faccount%2Fgroups\""));
        await browser.GetAsync("/register?returnUrl=%2Faccount%2Fgroups");
        await browser.GetAsync("/confirm-email");
        Assert.That((await browser.LoginAsync(user)).Headers["Location"], Is.EqualTo("/account/groups"));
    }

    [Test]
    public async Task A_program_and_a_form_without_a_token_are_refused_as_ever([Values] bool navigates)
    {
        PageClient browser = new(TestApp.Shared, navigates);
        await browser.GetAsync("/login");
        Assert.That((await browser.PostAsync("/login", ("Email", "ada@example.org"))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        if (!navigates)
        {
            Assert.That((await browser.PostAsync("/login", ("Email", "a@example.org"), ("__RequestVerificationToken", "forged"))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        }
    }
}
