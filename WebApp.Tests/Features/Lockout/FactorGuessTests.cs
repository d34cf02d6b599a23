using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>Somebody knows the password and guesses at the second factor: what stops them, and what it does not do to the owner (NIST SP 800-63B 3.2.2).</summary>
public sealed class FactorGuessTests() : OwnApp("Email:KeepDays=365")
{
    private const string Wrong = "000000";

    [Test]
    public async Task Of_a_hundred_and_fifty_wrong_codes_over_days_a_hundred_are_checked_and_the_owner_is_notified()
    {
        var user = await App.CreateMfaUserAsync();
        var (home, recovery) = (await KnowAsync(user), await GiveRecoveryCodeAsync(user));
        using var owner = home;
        Assert.That(await GuessAsync(user, 150), Is.EqualTo(100));

        App.Clock.Advance(TimeSpan.FromDays(40));
        var stopped = await RightAsync(user);
        Assert.That((stopped.Code, stopped.Wait), Is.EqualTo(("too_many_attempts", TimeSpan.FromDays(1))), "even the right code");
        Assert.That(stopped.Json.GetProperty("detail").GetString(), Does.Contain("recovery code"));
        var subjects = await Mailbox.SubjectsAsync(user.Email, App);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(subjects.Count(subject => subject.StartsWith("Your password was used, with wrong codes", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(subjects.Count(subject => subject.StartsWith("Sign-in by code is held up", StringComparison.Ordinal)), Is.EqualTo(1), "once for the chain");
            Assert.That(subjects.Count(subject => subject.StartsWith("Codes no longer open your account", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(await App.CountEventsAsync("second_factor_failed", user), Is.EqualTo(100));
            Assert.That(await App.CountEventsAsync("second_factor_locked", user), Is.EqualTo(19));
            Assert.That(await App.CountEventsAsync("second_factor_suspended", user), Is.EqualTo(1));
        }

        await owner.LoginWithCodeAsync(App, user);
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await RightAsync(user)).Code, Is.EqualTo("too_many_attempts"), "the owner's success at home frees nothing elsewhere");
        Assert.That((await Api.AnswerAsync(await Api.BeginAsync(user), recovery, "recovery_code")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await RightAsync(user)).Code, Is.EqualTo("too_many_attempts"), "nor does a recovery code");
    }

    [Test]
    public async Task A_reset_opens_it_again_a_day_later_and_not_before()
    {
        var user = await App.CreateMfaUserAsync();
        await GuessAsync(user, 100);
        var changed = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await App.ResetPasswordAsync(changed);
        App.Clock.Advance(TimeSpan.FromHours(23));
        Assert.That((await RightAsync(changed)).Wait.TotalMinutes, Is.InRange(58, 60));
        App.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.That((await RightAsync(changed)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_reset_gives_nobody_new_guesses_before_the_hundredth()
    {
        var user = await App.CreateMfaUserAsync();
        await GuessAsync(user, 10);
        var changed = user with { Password = TestUser.NewPassword("Velvet harbour") };
        await App.ResetPasswordAsync(changed);
        Assert.That(await GuessAsync(changed, 95), Is.EqualTo(90));
    }

    [Test]
    public async Task An_administrator_who_unlocks_opens_it_at_once()
    {
        var (user, admin) = (await App.CreateMfaUserAsync(), await App.CreateAdminAsync());
        await GuessAsync(user, 100);
        Assert.That((await Api.PostAsync($"/admin/users/{user.Id}/unlock", bearer: (await Api.LoginAsync(admin)).Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await RightAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Who_knows_the_password_cannot_hold_the_owners_browser_at_zero()
    {
        var user = await App.CreateMfaUserAsync();
        using var home = await KnowAsync(user);
        var token = await Api.BeginAsync(user);
        for (var guess = 0; guess < 6; guess++)
        {
            await Api.AnswerAsync(token, Wrong);
        }

        Assert.That((await Api.AnswerAsync(token, Wrong)).Code, Is.EqualTo("too_many_attempts"));
        await home.LoginWithCodeAsync(App, user);
    }

    [Test]
    public async Task A_known_browser_has_guesses_of_its_own_and_no_more()
    {
        var user = await App.CreateMfaUserAsync();
        using var home = await KnowAsync(user);
        await home.BeginAsync(user);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.That((await home.AnswerAsync(Wrong)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        Assert.That((await home.AnswerAsync(await App.NewestCodeAsync(user))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await RightAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK), "what is guessed at home is not counted elsewhere");
    }

    [Test]
    public async Task A_thief_of_a_session_who_guesses_at_its_step_up_holds_up_no_sign_in()
    {
        var user = await App.CreateMfaUserAsync();
        var stolen = (await Api.LoginWithCodeAsync(App, user)).Access;
        for (var guess = 0; guess < 6; guess++)
        {
            await Api.PostAsync("/auth/reauthenticate", new { method = "email", code = Wrong }, stolen);
        }

        Assert.That((await Api.PostAsync("/auth/reauthenticate", new { method = "email", code = Wrong }, stolen)).Code, Is.EqualTo("too_many_attempts"));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await RightAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Codes_that_nobody_could_look_at_cost_nothing()
    {
        var user = await App.CreateMfaUserAsync();
        var token = await Api.BeginAsync(user);
        await Api.SendCodeAsync(token);
        var code = await App.NewestCodeAsync(user);
        await App.QueryAsync<object>("ALTER TABLE one_time_secrets RENAME TO one_time_secrets_away");
        try
        {
            for (var attempt = 0; attempt < 6; attempt++)
            {
                Assert.That((int)(await Api.AnswerAsync(token, code)).Status, Is.AnyOf(500, 503));
            }
        }
        finally
        {
            await App.QueryAsync<object>("ALTER TABLE one_time_secrets_away RENAME TO one_time_secrets");
        }

        Assert.That((await Api.AnswerAsync(token, code)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    // A browser that has been signed in to the account, and is no longer.
    private async Task<PageClient> KnowAsync(TestUser user)
    {
        var browser = new PageClient(App);
        await browser.LoginWithCodeAsync(App, user);
        await browser.SubmitAsync("/account", "/logout");
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        return browser;
    }

    // Wrong codes from where the owner is not known, each as soon as it is let; how many were looked at. Ends early where waiting does not help.
    private async Task<int> GuessAsync(TestUser user, int times)
    {
        var (looked, refused) = (0, 0);
        while (looked < times && refused < 2)
        {
            var answer = await Api.AnswerAsync(await Api.BeginAsync(user), Wrong);
            if (answer.Code == "invalid_code")
            {
                (looked, refused) = (looked + 1, 0);
                continue;
            }

            Assert.That(answer.Code, Is.EqualTo("too_many_attempts"), answer.Text);
            App.Clock.Advance(answer.Wait);
            refused++;
        }

        return looked;
    }

    private async Task<string> GiveRecoveryCodeAsync(TestUser user)
    {
        var code = RecoveryCodeText.New();
        await App.QueryAsync<object>(
            "INSERT INTO recovery_codes (id, user_id, code_hash) VALUES ($1, $2, $3)", Guid.CreateVersion7(), user.Id, App.Services.GetRequiredService<RecoveryCodeHash>().Compute(user.Id, code)!);
        return code;
    }

    private async Task<Answer> RightAsync(TestUser user)
    {
        var token = await Api.BeginAsync(user);
        Assert.That((await Api.SendCodeAsync(token)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var answer = await Api.AnswerAsync(token, await App.NewestCodeAsync(user));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        return answer;
    }
}
