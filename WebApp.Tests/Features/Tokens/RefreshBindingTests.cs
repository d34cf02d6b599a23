using System.Net;
using WebApp.Features.Audit;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static WebApp.Tests.Support.UserAgents;

namespace WebApp.Tests.Features.Tokens;

/// <summary>A refresh token in another client's hands, or elsewhere.</summary>
[TestFixture("Off")]
[TestFixture("Monitor")]
[TestFixture("Enforce")]
public sealed class RefreshBindingTests(string mode) : OwnApp($"Tokens:Binding={mode}", "Protection:MaxFailures=100")
{
    private const string Home = "127.0.0.1";
    private const string Away = "127.0.0.2";

    private bool IsEnforced => mode == "Enforce";

    [Test]
    public async Task The_same_client_in_a_newer_version_changes_nothing()
    {
        var (user, tokens) = await SignInAsync(Firefox);
        var answer = await RefreshAsync(Home, NewerFirefox, tokens);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That((await RefreshAsync(Home, Firefox, answer.Tokens)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await EventsAsync(user), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Another_client_is_reported_once_and_where_enforced_ends_the_session()
    {
        var (user, tokens) = await SignInAsync(Firefox);
        var answer = await RefreshAsync(Home, Chrome, tokens);
        if (IsEnforced)
        {
            Assert.That(answer.Code, Is.EqualTo("token_revoked"));
            Assert.That((await RefreshAsync(Home, Firefox, tokens)).Code, Is.EqualTo("token_revoked"), "Whoever copied it cannot be told from its owner.");
            Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That(await App.QueryAsync<string>("SELECT revoked_reason FROM sessions WHERE id = $1", tokens.SessionId), Is.EqualTo("client_changed"));
        }
        else
        {
            for (var n = 0; n < 6; n++)
            {
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
                answer = await RefreshAsync(Home, n % 2 == 0 ? Firefox : Chrome, answer.Tokens);
            }
        }

        Assert.That(await EventsAsync(user), Is.EqualTo((mode == "Off" ? 0 : 1, 0)));
        Assert.That((await Mailbox.SubjectsAsync(user.Email, App)).Count(subject => subject.EndsWith("was used elsewhere", StringComparison.Ordinal)), Is.EqualTo(mode == "Off" ? 0 : 1));
    }

    [Test]
    public async Task Another_address_is_reported_once_and_where_enforced_refused_there_alone()
    {
        var (user, tokens) = await SignInAsync(Firefox);
        if (IsEnforced)
        {
            // An access token used elsewhere must not make that place the session's own.
            Assert.That((await new ApiClient(App.NewClient(Away, Firefox)).GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await RefreshAsync(Away, Firefox, tokens)).Code, Is.EqualTo("token_invalid"));
            Assert.That((await RefreshAsync(Away, Firefox, tokens)).Code, Is.EqualTo("token_invalid"));
            Assert.That((await RefreshAsync(Home, Firefox, tokens)).Status, Is.EqualTo(HttpStatusCode.OK), "The session lives on where it was.");
            Assert.That(await EventsAsync(user), Is.EqualTo((0, 1)));
            return;
        }

        // A phone that roams to and fro.
        for (var n = 0; n < 10; n++)
        {
            var answer = await RefreshAsync(n % 2 == 0 ? Away : Home, Firefox, tokens);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
            tokens = answer.Tokens;
        }

        Assert.That(await EventsAsync(user), Is.EqualTo((0, mode == "Off" ? 0 : 2)), "Once for each place.");
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Has.None.EndsWith("was used elsewhere"));
    }

    [Test]
    public async Task A_token_spent_a_moment_ago_is_watched_like_one_that_is_good()
    {
        var (user, tokens) = await SignInAsync(Firefox);
        await RefreshAsync(Home, Firefox, tokens);
        var answer = await RefreshAsync(Away, Chrome, tokens);
        Assert.That(answer.Code, Is.EqualTo(IsEnforced ? "token_revoked" : null));
        Assert.That((await EventsAsync(user)).Client, Is.EqualTo(mode == "Off" ? 0 : 1));
    }

    [Test]
    public async Task A_refresh_is_still_one_statement()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        var statements = await StatementCounter.OfAsync(App, HttpMethod.Post, "/api/v1/auth/refresh", new { refresh_token = tokens.Refresh });
        Assert.That(statements, Has.Count.EqualTo(1));
    }

    private async Task<(TestUser User, ApiTokens Tokens)> SignInAsync(string agent)
    {
        var user = await App.CreateUserAsync();
        return (user, await new ApiClient(App.NewClient(Home, agent)).LoginAsync(user));
    }

    private Task<Answer> RefreshAsync(string ip, string agent, ApiTokens tokens) =>
        new ApiClient(App.NewClient(ip, agent)).PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });

    private async Task<(long Client, long Address)> EventsAsync(TestUser user) => (
        await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, SecurityEventKind.ClientChanged),
        await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, SecurityEventKind.AddressChanged));
}
