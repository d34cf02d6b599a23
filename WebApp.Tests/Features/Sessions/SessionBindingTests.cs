using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static WebApp.Tests.Support.UserAgents;

namespace WebApp.Tests.Features.Sessions;

/// <summary>A browser's cookie in another browser, or elsewhere.</summary>
[TestFixture("Off")]
[TestFixture("Monitor")]
[TestFixture("Enforce")]
public sealed class SessionBindingTests(string mode) : OwnApp($"Sessions:Binding={mode}")
{
    private const string Home = "127.0.0.1";
    private const string Away = "127.0.0.2";

    private bool IsEnforced => mode == "Enforce";

    [Test]
    public async Task The_same_browser_in_a_newer_version_changes_nothing()
    {
        var (user, _, cookie) = await OpenAsync();
        foreach (var agent in new[] { Firefox, NewerFirefox, Firefox })
        {
            Assert.That((await GetAsync(Home, agent, cookie)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        Assert.That(await EventsAsync(user), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Another_browser_is_reported_once_and_where_enforced_ends_the_session()
    {
        var (user, id, cookie) = await OpenAsync();
        await GetAsync(Home, Firefox, cookie);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync(Home, Chrome, cookie)));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(IsEnforced ? HttpStatusCode.Found : HttpStatusCode.OK));
        Assert.That((await GetAsync(Home, Firefox, cookie)).Status, Is.EqualTo(IsEnforced ? HttpStatusCode.Found : HttpStatusCode.OK));
        await GetAsync(Home, Chrome, cookie);

        Assert.That(await EventsAsync(user), Is.EqualTo((mode == "Off" ? 0 : 1, 0)));
        Assert.That(await App.QueryAsync<string>("SELECT revoked_reason FROM sessions WHERE id = $1", id), Is.EqualTo(IsEnforced ? "client_changed" : null));
        Assert.That((await Mailbox.SubjectsAsync(user.Email, App)).Count(subject => subject.EndsWith("was used elsewhere", StringComparison.Ordinal)), Is.EqualTo(mode == "Off" ? 0 : 1));
    }

    [Test]
    public async Task Another_place_is_reported_once_and_where_enforced_sent_to_sign_in_without_a_loop()
    {
        var (user, id, cookie) = await OpenAsync();
        await GetAsync(Home, Firefox, cookie);
        for (var n = 0; n < 10; n++)
        {
            var away = await GetAsync(Away, Firefox, cookie);
            Assert.That(away.Status, Is.EqualTo(IsEnforced ? HttpStatusCode.Found : HttpStatusCode.OK));
            Assert.That((await GetAsync(Home, Firefox, cookie)).Status, Is.EqualTo(HttpStatusCode.OK), "The session lives on where it was.");
            if (IsEnforced)
            {
                Assert.That(away.Headers["Location"], Is.EqualTo("/login?returnUrl=%2Faccount"));
                Assert.That((await GetAsync(Away, Firefox, cookie, "/login")).Status, Is.EqualTo(HttpStatusCode.OK));
            }
        }

        // Away, and where that is let in, back home.
        Assert.That(await EventsAsync(user), Is.EqualTo((0, mode switch { "Off" => 0, "Monitor" => 2, _ => 1 })));
        await App.Services.GetRequiredService<LastSeen>().FlushAsync(CancellationToken.None);
        Assert.That(await App.QueryAsync<IPAddress>("SELECT ip FROM sessions WHERE id = $1", id), Is.EqualTo(IPAddress.Parse(Home)));
    }

    [Test]
    public async Task A_refused_use_does_not_make_its_place_the_sessions_own()
    {
        var (_, id, cookie) = await OpenAsync();
        await GetAsync(Away, Firefox, cookie);
        await App.Services.GetRequiredService<LastSeen>().FlushAsync(CancellationToken.None);
        Assert.That(await App.QueryAsync<IPAddress>("SELECT ip FROM sessions WHERE id = $1", id), Is.EqualTo(IPAddress.Parse(IsEnforced ? Home : Away)));
    }

    private async Task<(TestUser User, Guid Id, string Cookie)> OpenAsync()
    {
        var user = await App.CreateUserAsync();
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (session, key) = App.Services.GetRequiredService<BrowserSessions>()
            .Add(db, (await db.Users.FindAsync(user.Id))!, ["pwd"], remember: false, new ClientInfo(IPAddress.Parse(Home), Firefox));
        await db.SaveChangesAsync();
        return (user, session.Id, key.Reveal());
    }

    private async Task<Answer> GetAsync(string ip, string agent, string cookie, string path = "/account")
    {
        using var client = App.NewClient(ip, agent);
        client.DefaultRequestHeaders.Add("Cookie", $"session={cookie}");
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await Answer.ReadAsync(response);
    }

    private async Task<(long Client, long Address)> EventsAsync(TestUser user) => (
        await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, SecurityEventKind.ClientChanged),
        await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, SecurityEventKind.AddressChanged));
}
