using System.Net;
using WebApp.Features.Tokens;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api;

/// <summary>RFC 7009: whoever holds a token can give it back (SECURITY 57).</summary>
public sealed class TokenRevocationTests : OwnApp
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Either_token_of_a_session_ends_both(bool refresh)
    {
        var user = await App.CreateUserAsync();
        var (tokens, other) = (await Api.LoginAsync(user), await Api.LoginAsync(user));
        var mails = await App.QueryAsync<long>("SELECT count(*) FROM outbox_messages");
        Assert.That((await RevokeAsync(refresh ? tokens.Refresh : tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", other.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "Another session lives on.");
        Assert.That(await App.QueryAsync<string>("SELECT detail FROM security_events WHERE session_id = $1 AND kind = 'session_ended'", tokens.SessionId), Is.EqualTo("token_revoked"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM outbox_messages"), Is.EqualTo(mails), "No mail for what the owner's own program did.");
    }

    [Test]
    public async Task A_spent_refresh_token_ends_its_session_and_what_came_after()
    {
        var first = await Api.LoginAsync(await App.CreateUserAsync());
        var second = (await Api.PostAsync("/auth/refresh", new { refresh_token = first.Refresh })).Tokens;
        await RevokeAsync(first.Refresh);
        Assert.That((await Api.GetAsync("/me", second.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = second.Refresh })).Code, Is.EqualTo("token_revoked"));
    }

    [Test]
    public async Task An_API_token_ends_alone_and_its_owner_is_notified_once()
    {
        var user = await App.CreateUserAsync();
        var access = (await Api.LoginAsync(user)).Access;
        var (given, kept) = (await Api.MakeApiTokenAsync(access, "profile.read"), await Api.MakeApiTokenAsync(access, "profile.read"));
        await Api.GetAsync("/me", given);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RevokeAsync(given)));
        Assert.That((await Api.GetAsync("/me", given)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", kept)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/me", access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'api_token_revoked'", user.Id), Is.EqualTo(1));
        await Patience.UntilAsync(async () => (await Mailbox.SubjectsAsync(user.Email, App)).Contains("An API token was revoked (WebApp)"));
        Assert.That((await Mailbox.SubjectsAsync(user.Email, App)).Count(subject => subject.Contains("revoked", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_unknown_or_dead_is_200_and_changes_nothing()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        await RevokeAsync(tokens.Access);
        var before = await Rows.CountAsync(App);
        foreach (var token in new[] { "x", "..", "wat_x", ApiTokenText.New(), tokens.Access, tokens.Refresh, tokens.Access[..^2] + "AA", new string('x', 30_000), "\u00fc" })
        {
            var answer = await RevokeAsync(token);
            Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.OK, "")), token);
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task An_expired_token_ends_nothing()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        var tokens = await api.LoginAsync(await app.CreateUserAsync());
        app.Clock.Advance(TimeSpan.FromMinutes(16));
        await api.PostFormAsync("/tokens/revoke", null, ("token", tokens.Access));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Refreshing_and_revoking_at_once_leaves_no_valid_token()
    {
        for (var round = 0; round < 10; round++)
        {
            var tokens = await Api.LoginAsync(await App.CreateUserAsync());
            var refreshing = Enumerable.Range(0, 3).Select(_ => Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).ToArray();
            var revoking = RevokeAsync(tokens.Refresh);
            await Task.WhenAll([.. refreshing, revoking]);
            foreach (var answer in refreshing.Select(r => r.Result).Where(r => r.Status == HttpStatusCode.OK))
            {
                Assert.That((await Api.GetAsync("/me", answer.Tokens.Access)).Code, Is.EqualTo("token_revoked"));
                Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = answer.Tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
            }
        }
    }

    private Task<Answer> RevokeAsync(string token) => Api.PostFormAsync("/tokens/revoke", null, ("token", token), ("token_type_hint", "refresh_token"));
}
