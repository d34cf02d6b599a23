using System.Net;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>An installation that wants second factors of people (ASVS 6.3.3).</summary>
[TestFixture("Everyone")]
[TestFixture("Administrators")]
public sealed class EnrolmentPolicyTests(string required) : OwnApp($"Mfa:Required={required}")
{
    [Test]
    public async Task A_session_by_password_alone_is_let_do_nothing_but_add_a_factor()
    {
        var user = await WhoMustAsync();
        using var browser = new PageClient(App);
        await browser.LoginAsync(user);

        using (Assert.EnterMultipleScope())
        {
            foreach (var path in new[] { "/account", "/account/profile", "/account/sessions", "/account/password", "/account/data", "/account/api-tokens" })
            {
                Assert.That((await browser.GetAsync(path)).Location, Is.EqualTo("/account/mfa"), path);
            }

            Assert.That((await browser.GetAsync("/account/mfa")).Text, Does.Contain("A second factor is required"));
        }

        Assert.That((await browser.SubmitAsync("/account/mfa/email", "/account/mfa/email")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await browser.GetAsync("/account/mfa")).Text, Does.Not.Contain("A second factor is required"));
    }

    [Test]
    public async Task A_client_gets_a_code_of_its_own_and_adds_one_through_the_API()
    {
        var user = await WhoMustAsync();
        var tokens = await Api.LoginAsync(user);

        foreach (var (path, opens) in new[] { ("/sessions", false), ("/events", false), ("/api-tokens", false), ("/me", false), ("/mfa", true) })
        {
            var answer = await Api.GetAsync(path, tokens.Access);
            Assert.That((answer.Status, answer.Code), Is.EqualTo(opens ? (HttpStatusCode.OK, (string?)null) : (HttpStatusCode.Forbidden, "mfa_enrolment_required")), path);
        }

        Assert.That((await Api.PostAsync("/mfa/email", bearer: tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/sessions", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Leaving_is_always_possible()
    {
        var user = await WhoMustAsync();
        using var browser = new PageClient(App);
        await browser.LoginAsync(user);

        Assert.That((await browser.SubmitAsync("/account/mfa", "/logout")).Location, Is.EqualTo("/login"));
    }

    [Test]
    public async Task Others_are_left_alone()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);

        Assert.That((await Api.GetAsync("/sessions", tokens.Access)).Status, Is.EqualTo(required == "Everyone" ? HttpStatusCode.Forbidden : HttpStatusCode.OK));
    }

    private async Task<TestUser> WhoMustAsync()
    {
        var user = await App.CreateUserAsync();
        await App.QueryAsync<object>("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", user.Id, Role.AdminId);
        return user;
    }
}
