using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Time;
using WebApp.Tests.Support;
using RefreshVerdict = WebApp.Features.Tokens.RefreshVerdict;
using RefreshVerdicts = WebApp.Features.Tokens.RefreshVerdicts;

namespace WebApp.Tests.Features.Tokens;

/// <summary>How long tokens are good, over HTTP, with the clock moved.</summary>
public sealed class TokenLifetimeTests : OwnApp
{
    [Test]
    public async Task An_access_token_is_good_for_fifteen_minutes_and_the_skew()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        App.Clock.Advance(TimeSpan.FromSeconds((15 * 60) + 20));
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        App.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_expired"));
        Assert.That((await RefreshAsync(tokens)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_refresh_token_unused_for_seven_days_has_expired()
    {
        var user = await App.CreateUserAsync();
        var (used, unused) = (await Api.LoginAsync(user), await Api.LoginAsync(user));
        App.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        var refreshed = await RefreshAsync(used);
        Assert.That(refreshed.Json.GetProperty("refresh_expires_in").GetInt32(), Is.EqualTo(7 * 24 * 3600).Within(1));
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        var refused = await RefreshAsync(unused);
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(refused.Code, Is.EqualTo("token_expired"));
        Assert.That((await RefreshAsync(refreshed.Tokens)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<bool>("SELECT revoked_at IS NULL FROM sessions WHERE id = $1", unused.SessionId), Is.True, "Expiry is no replay.");
    }

    [Test]
    public async Task Seconds_are_rounded_up_wherever_they_are_answered()
    {
        var time = new ManualTime();
        await using var app = await TestApp.StartAsync(adjust: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = new ApiClient(app);
        var user = await app.CreateUserAsync();
        var answer = await client.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        Assert.That(Seconds(answer), Is.EqualTo((900, 604800)));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(Seconds(await client.PostAsync("/auth/refresh", new { refresh_token = answer.Tokens.Refresh })), Is.EqualTo((900, 604800)));

        // The same rotation, asked about a little later: what is left, and a part of a second as a whole one.
        time.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.That(Seconds(await client.PostAsync("/auth/refresh", new { refresh_token = answer.Tokens.Refresh })), Is.EqualTo((900, 604799)));
        static (int, int) Seconds(Answer tokens) => (tokens.Json.GetProperty("expires_in").GetInt32(), tokens.Json.GetProperty("refresh_expires_in").GetInt32());
    }

    [TestCase(0, 0)]
    [TestCase(-5000, 0)]
    [TestCase(1, 1)]
    [TestCase(999, 1)]
    [TestCase(1000, 1)]
    [TestCase(1001, 2)]
    public void A_part_of_a_second_counts_as_a_whole_one(int milliseconds, int seconds) =>
        Assert.That(WholeSeconds.RoundUp(TimeSpan.FromMilliseconds(milliseconds)), Is.EqualTo(seconds));

    [Test]
    public void An_unknown_verdict_on_a_refresh_token_is_an_error_and_no_replay()
    {
        Assert.That(RefreshVerdicts.FromSql("reused"), Is.EqualTo(RefreshVerdict.Reused));
        foreach (var word in new[] { "", "Reused", "paused", "rotated " })
        {
            Assert.That(() => RefreshVerdicts.FromSql(word), Throws.InvalidOperationException, word);
        }
    }

    [Test]
    public async Task However_often_it_is_refreshed_a_session_ends_after_thirty_days()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        for (var day = 6; day < 30; day += 6)
        {
            App.Clock.Advance(TimeSpan.FromDays(6));
            var refreshed = await RefreshAsync(tokens);
            Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), $"day {day}");
            tokens = refreshed.Tokens;
            var left = TimeSpan.FromSeconds(refreshed.Json.GetProperty("refresh_expires_in").GetInt32());
            Assert.That(left, Is.EqualTo(TimeSpan.FromDays(Math.Min(7, 30 - day))).Within(TimeSpan.FromMinutes(1)));
        }

        App.Clock.Advance(TimeSpan.FromDays(6) - TimeSpan.FromMinutes(1));
        tokens = (await RefreshAsync(tokens)).Tokens;
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await RefreshAsync(tokens)).Code, Is.EqualTo("token_expired"));
    }

    [Test]
    public async Task What_is_both_revoked_and_expired_is_reported_as_revoked()
    {
        var (one, all) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var loggedOut = await Api.LoginAsync(one);
        var everywhere = await Api.LoginAsync(all);
        var disabled = await App.CreateUserAsync();
        var closed = await Api.LoginAsync(disabled);
        await Api.PostAsync("/auth/logout", null, loggedOut.Access);
        await Api.PostAsync("/auth/logout-everywhere", null, everywhere.Access);
        await App.QueryAsync<int>("UPDATE users SET lockout_end = 'infinity' WHERE id = $1", disabled.Id);

        foreach (var days in new[] { 1, 40 })
        {
            App.Clock.Advance(TimeSpan.FromDays(days));
            foreach (var tokens in new[] { loggedOut, everywhere, closed })
            {
                Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
                Assert.That((await RefreshAsync(tokens)).Code, Is.EqualTo("token_revoked"));
            }
        }
    }

    [TestCase("ACCESS_TOKEN_EXPIRE_MINUTES=3")]
    [TestCase("Tokens:AccessTokenMinutes=3")]
    public async Task The_lifetime_of_access_tokens_is_configured_under_either_name(string setting)
    {
        await using var brief = await TestApp.StartAsync(settings: setting);
        var client = new ApiClient(brief);
        var user = await brief.CreateUserAsync();
        var login = await client.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        Assert.That(login.Json.GetProperty("expires_in").GetInt32(), Is.EqualTo(180));
        brief.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.That((await client.GetAsync("/me", login.Tokens.Access)).Code, Is.EqualTo("token_expired"));
    }

    private Task<Answer> RefreshAsync(ApiTokens tokens) => Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
}
