using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Accounts made when the proxy first names somebody.</summary>
public sealed class ProvisioningTests() : OwnApp("Proxy:Trusted=127.0.0.1", "ProxyAuth:Enabled=true", "ProxyAuth:Provision=true")
{
    [Test]
    public async Task An_address_seen_first_gets_an_account_once_however_many_requests_name_it()
    {
        var email = $"new-{Guid.NewGuid():N}@example.org";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", email))));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<string>("SELECT concat_ws(' ', count(*), bool_and(email_confirmed), bool_and(password_hash IS NULL)) FROM users WHERE email = $1", email), Is.EqualTo("1 f t"));
        var me = await Api.GetAsync("/me", answers[0].Tokens.Access);
        Assert.That(me.Json.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EquivalentTo(["user"]));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events e JOIN users u ON u.id = e.user_id WHERE u.email = $1 AND kind = 'registered'", email), Is.EqualTo(1));
    }

    [Test]
    public async Task A_bare_name_gets_an_account_of_its_own_and_keeps_it()
    {
        var (name, email) = ($"ada-{Guid.NewGuid():N}", $"ada-{Guid.NewGuid():N}@example.org");
        Assert.That((await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", name))).Code, Is.EqualTo("invalid_credentials"), "without an address there is nothing to make");
        var first = await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", name), ("X-Remote-Email", email));
        var id = (await Api.GetAsync("/me", first.Tokens.Access)).Json.GetProperty("id").GetString();

        // Whatever the second header says from now on.
        var victim = await App.CreateUserAsync();
        foreach (var second in new[] { victim.Email, "other@example.org", "" })
        {
            var again = await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", name), ("X-Remote-Email", second));
            Assert.That((await Api.GetAsync("/me", again.Tokens.Access)).Json.GetProperty("id").GetString(), Is.EqualTo(id));
        }
    }

    [Test]
    public async Task A_name_is_never_given_the_account_that_has_its_address()
    {
        var victim = await App.CreateUserAsync();
        var answer = await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", $"mallory-{Guid.NewGuid():N}"), ("X-Remote-Email", victim.Email));
        Assert.That(answer.Code, Is.EqualTo("invalid_credentials"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM user_logins WHERE user_id = $1", victim.Id), Is.Zero);
    }

    [Test]
    public async Task A_strangers_registration_shuts_nobody_out_and_its_password_opens_nothing()
    {
        foreach (var (name, unfinished) in new[] { (true, false), (false, false), (true, true), (false, true) })
        {
            var (email, password) = ($"early-{Guid.NewGuid():N}@example.org", "Copper lantern by the sea 9!");
            if (unfinished)
            {
                await App.AddUnfinishedAccountAsync(email, password);
            }
            else
            {
                await Api.PostAsync("/auth/register", new { email, password });
            }

            var answer = await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", name ? email : $"jane-{Guid.NewGuid():N}"), ("X-Remote-Email", email));
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
            if (!unfinished)
            {
                var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
                Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = mail.Token, password })).Code, Is.EqualTo("invalid_code"));
            }

            Assert.That((await Api.PostAsync("/auth/login", new { email, password })).Code, Is.EqualTo("invalid_credentials"));
            Assert.That(await App.QueryAsync<bool>("SELECT password_hash IS NULL AND NOT email_confirmed FROM users WHERE email = $1", email), Is.True);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_address_from_the_proxy_is_confirmed_where_the_configuration_says_so(bool trusted)
    {
        await using var app = await TestApp.StartAsync(null, null, "Proxy:Trusted=127.0.0.1", "ProxyAuth:Enabled=true", "ProxyAuth:Provision=true", $"ProxyAuth:TrustEmail={trusted}");
        var email = $"new-{Guid.NewGuid():N}@example.org";
        Assert.That((await app.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", email))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.QueryAsync<bool>("SELECT email_confirmed FROM users WHERE email = $1", email), Is.EqualTo(trusted));
    }

    [Test]
    public async Task Nobody_else_provisions()
    {
        var email = $"spoofed-{Guid.NewGuid():N}@example.org";
        Assert.That((await App.BootstrapAsync("proxy", "127.0.0.9", ("X-Remote-User", email))).Code, Is.EqualTo("forbidden"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE email = $1", email), Is.Zero);
    }
}
