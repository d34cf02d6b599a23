using System.Net;
using WebApp.Features.Audit;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Audit;

/// <summary>Who, where, with what, and outcome: what a user's day leaves in the trail, in its order.</summary>
public sealed class EventTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task A_sign_in_in_two_steps_leaves_each_step()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        using var browser = new PageClient(TestApp.Shared);
        await browser.LoginWithCodeAsync(TestApp.Shared, user, trust: true);
        await AssertAsync(user, "second_factor_awaited:", "signed_in:browser pwd+otp+email+mfa", "device_trusted:");
    }

    [Test]
    public async Task A_sign_in_over_the_API_leaves_each_step_and_its_end()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        var pending = await api.BeginAsync(user);
        await api.SendCodeAsync(pending);
        await api.AnswerAsync(pending, await TestApp.Shared.WrongCodeAsync(user));
        var tokens = (await api.AnswerAsync(pending, await TestApp.Shared.NewestCodeAsync(user))).Tokens;
        await api.PostAsync("/auth/logout", null, tokens.Access);

        await AssertAsync(user, "second_factor_awaited:", "second_factor_failed:otp", "signed_in:api pwd+otp+email+mfa", "session_ended:signed_out");
    }

    [Test]
    public async Task Showing_again_who_one_is_leaves_what_went_wrong_and_what_went_right_with_the_session()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        await api.PostAsync("/auth/reauthenticate", new { password = "wrong" }, tokens.Access);
        await api.PostAsync("/password", new { current_password = "wrong", new_password = TestUser.NewPassword("Velvet harbour") }, tokens.Access);
        await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, tokens.Access);
        await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });

        await AssertAsync(user, "signed_in:api pwd", "reauthentication_failed:", "reauthentication_failed:", "reauthenticated:pwd");
        Assert.That(
            await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND session_id = $2 AND ip IS NOT NULL", user.Id, tokens.SessionId),
            Is.EqualTo(4), "a refresh is no event");
    }

    [Test]
    public async Task A_wrong_mailed_code_is_the_accounts_and_a_wrong_link_nobodys()
    {
        // From a network of its own: one has so many of these events an hour.
        using var http = TestApp.Shared.NewClient("127.0.44.1");
        ApiClient here = new(http);
        var user = await TestApp.Shared.CreateUserAsync();
        await here.PostAsync("/auth/forgot-password", new { email = user.Email });
        var answer = await here.PostAsync("/auth/reset-password", new { email = user.Email, code = "not it", new_password = TestUser.NewPassword("Velvet harbour") });
        await here.PostAsync("/auth/confirm-email", new { token = $"no-{Guid.NewGuid():N}", password = "any" });

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest).Or.EqualTo(HttpStatusCode.Unauthorized), answer.Text);
        await AssertAsync(user, "password_reset_requested:", "mail_proof_failed:reset-password");
        Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id IS NULL AND kind = 'mail_proof_failed' AND detail = 'confirm-email'"), Is.Positive);
    }

    [Test]
    public async Task The_API_returns_each_events_outcome()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await api.PostAsync("/auth/login", new { email = user.Email, password = "wrong" });
        var tokens = await api.LoginAsync(user);
        var events = (await api.GetAsync("/events", tokens.Access)).Json.EnumerateArray();
        Assert.That(events.Select(e => e.GetProperty("outcome").GetString()), Is.EqualTo(["success", "failure"]));
    }

    [TestCase(SecurityEventKind.RefreshTokenReused, EventOutcome.Failure)]
    [TestCase(SecurityEventKind.SecondFactorFailed, EventOutcome.Failure)]
    [TestCase(SecurityEventKind.PasswordChanged, EventOutcome.Success)]
    public void A_kind_has_one_outcome(string kind, string outcome) => Assert.That(EventOutcome.ForKind(kind), Is.EqualTo(outcome));

    private static async Task AssertAsync(TestUser user, params string[] events) => Assert.That(
        await TestApp.Shared.QueryAsync<string[]>("SELECT array_agg(kind || ':' || coalesce(detail, '') ORDER BY at, id) FROM security_events WHERE user_id = $1", user.Id),
        Is.EqualTo(events));
}
