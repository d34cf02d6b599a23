using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>An account has so many sessions of each kind and no more, and however many there are, they end at once.</summary>
public sealed class ManySessionsTests() : OwnApp("Sessions:MaxPerUser=3")
{
    [Test]
    public async Task One_more_call_ends_the_session_that_was_unused_for_the_longest()
    {
        var user = await App.CreateUserAsync();
        List<ApiTokens> clients = [];
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await Api.LoginAsync(user));
            App.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        // The oldest is used, so it is not the one.
        var used = await Api.PostAsync("/auth/refresh", new { refresh_token = clients[0].Refresh });
        Assert.That(used.Status, Is.EqualTo(HttpStatusCode.OK));
        await Api.LoginAsync(user);

        Assert.That(await StateAsync(clients[0]), Is.Null);
        Assert.That(await StateAsync(clients[1]), Is.EqualTo("too_many_sessions"));
        Assert.That(await StateAsync(clients[2]), Is.Null);
        Assert.That((await Api.GetAsync("/me", clients[1].Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That(await App.QueryAsync<string>("SELECT string_agg(detail, ';') FROM security_events WHERE user_id = $1 AND kind = 'session_ended'", user.Id), Is.EqualTo("too_many_sessions, 1"));
    }

    [Test]
    public async Task Browsers_and_calls_do_not_end_each_other()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        List<PageClient> browsers = [];
        for (var i = 0; i < 4; i++)
        {
            App.Clock.Advance(TimeSpan.FromSeconds(20));
            browsers.Add(await PageClient.SignInAsync(App, user));
        }

        Assert.That(await browsers[0].IsSignedInAsync(), Is.False);
        Assert.That(await browsers[1].IsSignedInAsync(), Is.True);
        Assert.That(await StateAsync(tokens), Is.Null);
    }

    [Test]
    public async Task Sign_ins_at_once_all_succeed_and_the_next_one_restores_the_limit()
    {
        var user = await App.CreateUserAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Api.LoginAsync(user)));
        await Api.LoginAsync(user);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo(3));
    }

    [Test]
    public async Task Ending_thousands_takes_as_many_statements_as_ending_three_and_one_event()
    {
        var (few, many) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        List<int> statements = [];
        foreach (var (user, count) in new[] { (few, 3), (many, 3000) })
        {
            var own = await Api.LoginAsync(user);
            await App.QueryAsync<object>(
                """
                INSERT INTO sessions (id, user_id, kind, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq)
                SELECT gen_random_uuid(), $1, 'api', interval '1 day', '{pwd}', now(), now(), now(), now() + interval '1 day', 0, 1 FROM generate_series(1, $2)
                """,
                user.Id,
                count);
            statements.Add((await StatementCounter.OfAsync(App, HttpMethod.Delete, "/api/v1/sessions", bearer: own.Access)).Count);
            Assert.That(await App.QueryAsync<Guid>("SELECT string_agg(id::text, '')::uuid FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo(own.SessionId));
            Assert.That(await App.QueryAsync<string>("SELECT string_agg(detail, ';') FROM security_events WHERE user_id = $1 AND kind = 'session_ended'", user.Id), Is.EqualTo($"ended_by_user, {count}"));
        }

        Assert.That(statements[1], Is.EqualTo(statements[0]));
    }

    private Task<string?> StateAsync(ApiTokens tokens) => App.QueryAsync<string>("SELECT revoked_reason FROM sessions WHERE id = $1", tokens.SessionId);
}
