using System.Net;
using WebApp.Features.Audit;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>The same refresh token again: by parallel tabs, and by a thief.</summary>
public sealed class RefreshReplayTests : OwnApp
{
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(11);

    [Test]
    public async Task Fifty_parallel_refreshes_get_one_successor_from_one_rotation()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RefreshAsync(tokens)));
        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(answers.Select(a => a.Tokens.Refresh).Distinct().ToArray(), Has.Length.EqualTo(1));
        Assert.That(answers[0].Tokens.Refresh, Is.Not.EqualTo(tokens.Refresh));
        Assert.That(await SequenceAsync(tokens), Is.EqualTo(2));

        foreach (var answer in answers)
        {
            Assert.That((await Api.GetAsync("/me", answer.Tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        Assert.That((await RefreshAsync(answers[0].Tokens)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_lost_answer_is_given_again_within_the_grace_period()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        var lost = await RefreshAsync(tokens);
        App.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = await RefreshAsync(tokens);
        Assert.That(again.Tokens.Refresh, Is.EqualTo(lost.Tokens.Refresh));
        Assert.That(await SequenceAsync(tokens), Is.EqualTo(2));
    }

    [Test]
    public async Task Replayed_refresh_token_revokes_the_session()
    {
        var user = await App.CreateUserAsync();
        var stolen = await Api.LoginAsync(user);
        var good = (await RefreshAsync(stolen)).Tokens;
        App.Clock.Advance(AfterGrace);

        Assert.That((await RefreshAsync(stolen)).Code, Is.EqualTo("token_reused"));
        Assert.That((await RefreshAsync(good)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await RefreshAsync(stolen)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", good.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", stolen.Access)).Code, Is.EqualTo("token_revoked"));
        await AssertNotifiedOnceAsync(user);
    }

    [Test]
    public async Task A_token_two_rotations_old_is_a_replay_even_at_once()
    {
        var first = await Api.LoginAsync(await App.CreateUserAsync());
        var second = (await RefreshAsync(first)).Tokens;
        await RefreshAsync(second);
        Assert.That((await RefreshAsync(first)).Code, Is.EqualTo("token_reused"));
    }

    [Test]
    public async Task Twenty_replays_at_once_are_one_event_and_one_mail()
    {
        var user = await App.CreateUserAsync();
        var stolen = await Api.LoginAsync(user);
        var other = await Api.LoginAsync(user);
        await RefreshAsync(stolen);
        App.Clock.Advance(AfterGrace);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RefreshAsync(stolen)));
        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answers.Select(a => a.Code), Is.All.AnyOf("token_reused", "token_revoked").And.Some.EqualTo("token_reused"));
        await AssertNotifiedOnceAsync(user);
        Assert.That((await Api.GetAsync("/me", other.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "The user's other session lives on.");
    }

    [Test]
    public async Task Without_a_grace_period_no_answer_is_given_twice()
    {
        await using var strict = await TestApp.StartAsync(settings: "Tokens:RefreshGraceSeconds=0");
        var client = new ApiClient(strict);
        var tokens = await client.LoginAsync(await strict.CreateUserAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code), Does.Contain("token_reused"));
    }

    [Test]
    public async Task Refreshing_and_logging_out_at_once_leave_no_valid_token()
    {
        for (var round = 0; round < 5; round++)
        {
            var tokens = await Api.LoginAsync(await App.CreateUserAsync());
            var refreshes = Enumerable.Range(0, 10).Select(_ => RefreshAsync(tokens)).ToArray();
            var logout = await Api.PostAsync("/auth/logout", null, tokens.Access);
            Assert.That(logout.Status, Is.EqualTo(HttpStatusCode.NoContent));
            foreach (var answer in (await Task.WhenAll(refreshes)).Where(a => a.Status == HttpStatusCode.OK))
            {
                Assert.That((await Api.GetAsync("/me", answer.Tokens.Access)).Code, Is.EqualTo("token_revoked"));
                Assert.That((await RefreshAsync(answer.Tokens)).Code, Is.EqualTo("token_revoked"));
            }
        }
    }

    private Task<Answer> RefreshAsync(ApiTokens tokens) => Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });

    private Task<int> SequenceAsync(ApiTokens tokens) => App.QueryAsync<int>("SELECT refresh_seq FROM sessions WHERE id = $1", tokens.SessionId);

    private async Task AssertNotifiedOnceAsync(TestUser user)
    {
        Assert.That(
            await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, SecurityEventKind.RefreshTokenReused),
            Is.EqualTo(1));
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Is.EqualTo(["We ended a session of your account at WebApp"]));
    }
}
