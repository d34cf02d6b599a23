using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>Mailed codes: bound, short-lived, few, and good once.</summary>
public sealed class EmailCodeTests
{
    private TestApp app = null!;
    private ApiClient api = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        app = await TestApp.StartAsync();
        api = new(app);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task A_mailed_code_completes_the_sign_in_and_both_factors_are_recorded()
    {
        var tokens = await api.LoginWithCodeAsync(app, await app.CreateMfaUserAsync());
        var me = (await api.GetAsync("/me", tokens.Access)).Json;
        Assert.That(string.Join(' ', me.GetProperty("authentication").GetProperty("amr").EnumerateArray()), Is.EqualTo("pwd otp email mfa"));
    }

    [Test]
    public async Task A_code_may_be_typed_with_spaces()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        var code = await app.NewestCodeAsync(user);
        Assert.That((await api.AnswerAsync(token, $" {code[..3]} {code[3..]} ")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_used_code_fails_in_another_sign_in_and_in_its_own()
    {
        var user = await app.CreateMfaUserAsync();
        var (first, second) = (await api.BeginAsync(user), await api.BeginAsync(user));
        await api.SendCodeAsync(first);
        var code = await app.NewestCodeAsync(user);
        Assert.That((await api.AnswerAsync(first, code)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.AnswerAsync(first, code)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.AnswerAsync(second, code)).Code, Is.EqualTo("invalid_code"));
    }

    [Test]
    public async Task A_code_from_another_pending_sign_in_fails()
    {
        var user = await app.CreateMfaUserAsync();
        var (mine, other) = (await api.BeginAsync(user), await api.BeginAsync(user));
        await api.SendCodeAsync(mine);
        var code = await app.NewestCodeAsync(user);
        Assert.That((await api.AnswerAsync(other, code)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.AnswerAsync(mine, code)).Status, Is.EqualTo(HttpStatusCode.OK), "the code itself was good");
    }

    [Test]
    public async Task A_code_of_another_user_fails()
    {
        var (ada, eve) = (await app.CreateMfaUserAsync(), await app.CreateMfaUserAsync());
        var token = await api.BeginAsync(ada);
        await api.SendCodeAsync(token);
        var evil = await api.BeginAsync(eve);
        await api.SendCodeAsync(evil);
        Assert.That((await api.AnswerAsync(token, await app.NewestCodeAsync(eve))).Code, Is.EqualTo("invalid_code"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_code_sent_again_leaves_the_first_good_until_one_of_them_is_used(int used)
    {
        // The newest first. With greylisting the first is the one that arrives first.
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await api.SendCodeAsync(token);
        var codes = await Mailbox.SignInCodesAsync(app, user.Email);
        Assert.That(codes, Has.Length.EqualTo(2));
        Assert.That((await api.AnswerAsync(token, codes[used])).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM one_time_secrets WHERE user_id = $1 AND consumed_at IS NULL", user.Id), Is.Zero);
    }

    [Test]
    public async Task Codes_of_one_sign_in_share_their_tries()
    {
        var (user, session) = (await app.CreateMfaUserAsync(), Guid.NewGuid());
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        var wrong = await app.WrongCodeAsync(user);
        for (var i = 0; i < 4; i++)
        {
            await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, wrong, default));
        }

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        var codes = await Mailbox.SignInCodesAsync(app, user.Email);
        Assume.That(codes, Has.None.EqualTo(wrong));
        await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, wrong, default));
        foreach (var code in codes)
        {
            Assert.That(await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, code, default)), Is.TypeOf<FactorResult.Wrong>(), "After five tries on both.");
        }

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        Assert.That(await WithFactorAsync(async factor => await factor.VerifyAsync(user.Id, session, await app.NewestCodeAsync(user), default)), Is.TypeOf<FactorResult.Right>(),
            "A code that is sent after the others died starts anew.");
    }

    [TestCase(9, true)]
    [TestCase(11, false)]
    public async Task A_code_works_for_ten_minutes(int minutes, bool works)
    {
        // In a session, which outlives the code: a pending sign-in ends with it.
        var (user, session) = (await app.CreateMfaUserAsync(), Guid.NewGuid());
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        var code = await app.NewestCodeAsync(user);
        app.Clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.That(await WithFactorAsync(factor => factor.SentAtAsync(user.Id, session, default)) is not null, Is.EqualTo(works));
        Assert.That(await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, code, default)), works ? Is.TypeOf<FactorResult.Right>() : Is.TypeOf<FactorResult.Wrong>());
    }

    [Test]
    public async Task Of_twenty_parallel_uses_of_a_code_one_succeeds()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        var code = await app.NewestCodeAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.AnswerAsync(token, code)));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code), Is.All.AnyOf("invalid_code", "too_many_attempts"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_twenty_parallel_uses_below_the_limit_of_guesses_one_succeeds()
    {
        // The limit in front would stop fifteen of them; the code by itself must hold too.
        var (user, session) = (await app.CreateMfaUserAsync(), Guid.NewGuid());
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        var code = await app.NewestCodeAsync(user);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, code, default))));
        Assert.That(results.Count(r => r is FactorResult.Right), Is.EqualTo(1));
    }

    [Test]
    public async Task Five_wrong_tries_kill_a_code()
    {
        var (user, session) = (await app.CreateMfaUserAsync(), Guid.NewGuid());
        await WithFactorAsync(factor => factor.SendAsync(user.Id, session, Stranger, default));
        var (code, wrong) = (await app.NewestCodeAsync(user), await app.WrongCodeAsync(user));
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, wrong, default)), Is.TypeOf<FactorResult.Wrong>());
        }

        Assert.That(await WithFactorAsync(factor => factor.VerifyAsync(user.Id, session, code, default)), Is.TypeOf<FactorResult.Wrong>());
    }

    [Test]
    public async Task A_minute_has_one_code_whatever_sign_in_asks()
    {
        var user = await app.CreateMfaUserAsync();
        var first = await api.BeginAsync(user);
        Assert.That((await api.SendCodeAsync(first)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        foreach (var token in new[] { first, await api.BeginAsync(user) })
        {
            var answer = await api.SendCodeAsync(token);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(answer.Code, Is.EqualTo("too_many_attempts"));
            Assert.That(int.Parse(answer.Headers["Retry-After"]), Is.InRange(1, 60));
        }

        Assert.That(await Mailbox.SignInCodesAsync(app, user.Email), Has.Length.EqualTo(1));
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await api.SendCodeAsync(first)).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task Of_twenty_parallel_requests_for_a_code_one_is_sent()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.SendCodeAsync(token)));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.Accepted), Is.EqualTo(1));
        Assert.That(await Mailbox.SignInCodesAsync(app, user.Email), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task An_hour_has_five_codes()
    {
        var user = await app.CreateMfaUserAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await api.SendCodeAsync(await api.BeginAsync(user))).Status, Is.EqualTo(HttpStatusCode.Accepted), $"code {i + 1}");
            app.Clock.Advance(TimeSpan.FromSeconds(61));
        }

        var sixth = await api.SendCodeAsync(await api.BeginAsync(user));
        Assert.That(sixth.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(int.Parse(sixth.Headers["Retry-After"]), Is.InRange(3000, 3600));
        app.Clock.Advance(TimeSpan.FromMinutes(56));
        Assert.That((await api.SendCodeAsync(await api.BeginAsync(user))).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [TestCase("email_codes_enabled = false")]
    [TestCase("email_confirmed = false")]
    public async Task Codes_go_only_to_a_confirmed_address_of_who_wants_them(string without)
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await app.QueryAsync<object>($"UPDATE users SET {without} WHERE id = $1", user.Id);
        Assert.That((await api.SendCodeAsync(token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await Mailbox.SignInCodesAsync(app, user.Email), Is.Empty);
    }

    [Test]
    public async Task A_code_sent_before_mailed_codes_were_turned_off_is_worth_nothing()
    {
        var user = await app.CreateMfaUserAsync();
        var token = await api.BeginAsync(user);
        await api.SendCodeAsync(token);
        await app.QueryAsync<object>("UPDATE users SET email_codes_enabled = false WHERE id = $1", user.Id);
        Assert.That((await api.AnswerAsync(token, await app.NewestCodeAsync(user))).Code, Is.EqualTo("invalid_code"));
    }

    private static readonly ClientInfo Stranger = new(IPAddress.Loopback, "Test");

    private async Task<T> WithFactorAsync<T>(Func<EmailCodeFactor, Task<T>> act)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<EmailCodeFactor>());
    }
}
