using System.Net;
using System.Text.RegularExpressions;
using WebApp.Features.SecondFactors;
using WebApp.Tests.Features.SecondFactors;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>What someone with an authenticator app, or someone with nothing but their mailbox, gets to. Time jumps.</summary>
public sealed partial class LostPhoneTests : OwnApp
{
    private const string NotRight = "Wrong, used or expired code.";
    private const string Replacement = "Velvet harbour 7 morning!";

    [Test]
    public async Task A_recovery_code_stands_in_for_the_phone_once_and_a_new_phone_takes_its_place()
    {
        var scene = await FactorScene.WithPhoneAsync(App);
        var code = scene.RecoveryCodes[4];
        using var browser = await AtChallengeAsync(scene.User);
        Assert.That((await AnswerAsync(browser, FactorMethod.RecoveryCode, code)).Location, Is.EqualTo("/account"));
        using var second = await AtChallengeAsync(scene.User);
        Assert.That((await AnswerAsync(second, FactorMethod.RecoveryCode, code)).Text, Does.Contain(NotRight), "used");

        Assert.That((await browser.SubmitAsync("/account/mfa/totp", "/account/mfa/totp/remove")).Location, Is.EqualTo("/account/mfa"));
        await browser.SubmitAsync("/account/mfa/totp", "/account/mfa/totp/begin");
        var phone = new Authenticator(Secret().Match((await browser.GetAsync("/account/mfa/totp")).Text).Groups[1].Value);
        var enrolled = await browser.SubmitAsync("/account/mfa/totp", ("Code", phone.CodeAt(App.Clock.GetUtcNow())));
        Assert.That(enrolled.Text, Does.Contain("The authenticator app is on"));

        scene.SkipTo(steps: 2);
        using var later = await AtChallengeAsync(scene.User);
        foreach (var (method, old) in new[] { (FactorMethod.RecoveryCode, code), (FactorMethod.RecoveryCode, scene.RecoveryCodes[5]), (FactorMethod.Totp, scene.Code()) })
        {
            Assert.That((await AnswerAsync(later, method, old)).Text, Does.Contain(NotRight), "neither the old sheet nor the old phone");
        }

        Assert.That((await AnswerAsync(later, FactorMethod.Totp, phone.CodeAt(App.Clock.GetUtcNow()))).Location, Is.EqualTo("/account"));
    }

    [TestCase("forgot-password")]
    [TestCase("not-me")]
    [TestCase("undo-email-change")]
    public async Task The_mailbox_alone_does_not_get_past_the_phone(string way)
    {
        var scene = await FactorScene.WithPhoneAsync(App);
        var reset = await ResetTokenAsync(way, scene);
        var answer = await Api.PostAsync("/auth/reset-password", new { token = reset, new_password = Replacement });
        Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.NoContent, "")));

        var user = scene.User with { Password = Replacement };
        using var browser = await AtChallengeAsync(user);
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        var mailed = await browser.SubmitAsync("/login/mfa", "/login/mfa/email-code");
        Assert.That(mailed.Text, Does.Not.Contain("sent to"));

        var login = await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        Assert.That(login.Code, Is.EqualTo("mfa_required"));
        Assert.That(login.Json.GetProperty("methods").EnumerateArray().Select(m => m.GetString()), Is.EqualTo([FactorMethod.Totp, FactorMethod.RecoveryCode]));
        var token = login.Json.GetProperty("mfa_token").GetString()!;
        Assert.That((await Api.GetAsync("/me", token)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await Api.SendCodeAsync(token)).Code, Is.EqualTo("forbidden"));
        Assert.That(await Mailbox.SignInCodesAsync(App, user.Email), Is.Empty);

        // The phone still does, and only it.
        var signedIn = await Api.AnswerAsync(token, scene.Code(), FactorMethod.Totp);
        Assert.That((await Api.GetAsync("/me", signedIn.Tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(6, "Wrong, used or expired code.")]
    [TestCase(-6, "your phone's clock is 3 minutes behind")]
    public async Task A_phone_whose_clock_is_behind_learns_by_how_much_from_pages_and_API_and_one_ahead_does_not(int steps, string words)
    {
        var scene = await FactorScene.WithPhoneAsync(App);
        var refused = await Api.AnswerAsync(await Api.BeginAsync(scene.User), scene.Code(steps), FactorMethod.Totp);
        using var browser = await AtChallengeAsync(scene.User);
        var page = await AnswerAsync(browser, FactorMethod.Totp, scene.Code(steps));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Unauthorized, "invalid_code")));
            Assert.That(refused.Json.GetProperty("detail").GetString(), Does.Contain(words));
            Assert.That(page.Text, Does.Contain(words));
        }
    }

    [Test]
    public async Task Of_two_browsers_with_the_same_code_the_second_stays_outside()
    {
        var scene = await FactorScene.WithPhoneAsync(App);
        using var first = await AtChallengeAsync(scene.User);
        using var second = await AtChallengeAsync(scene.User);
        var code = scene.Code();
        Assert.That((await AnswerAsync(first, FactorMethod.Totp, code)).Location, Is.EqualTo("/account"));
        Assert.That((await AnswerAsync(second, FactorMethod.Totp, code)).Text, Does.Contain("That code was used already"));
        Assert.That((await first.IsSignedInAsync(), await second.IsSignedInAsync()), Is.EqualTo((true, false)));
    }

    [TestCase(FactorMethod.Totp)]
    [TestCase(FactorMethod.RecoveryCode)]
    public async Task Of_twenty_sign_ins_with_the_same_code_at_once_one_succeeds(string method)
    {
        var scene = await FactorScene.WithPhoneAsync(App);
        var pending = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            pending.Add(await Api.BeginAsync(scene.User));
        }

        scene.SkipTo(steps: 2);
        var code = method == FactorMethod.Totp ? scene.Code() : scene.RecoveryCodes[0];
        var before = await SessionsAsync(scene.User);
        var answers = await Task.WhenAll(pending.Select(token => Api.AnswerAsync(token, code, method)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
            Assert.That(answers.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code), Is.All.AnyOf("invalid_code", "too_many_attempts"));
            Assert.That(await SessionsAsync(scene.User), Is.EqualTo(before + 1));
        }
    }

    private static Task<Answer> AnswerAsync(PageClient browser, string method, string code) =>
        browser.SubmitAsync("/login/mfa", ("Method", method), ("Code", code));

    private async Task<PageClient> AtChallengeAsync(TestUser user)
    {
        var browser = new PageClient(App);
        Assert.That((await browser.LoginAsync(user)).Location, Is.EqualTo("/login/mfa"));
        return browser;
    }

    // Each way ends in a mail with which a new password can be set.
    private async Task<string> ResetTokenAsync(string way, FactorScene scene)
    {
        var user = scene.User;
        if (way == "forgot-password")
        {
            await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        }
        else
        {
            if (way == "undo-email-change")
            {
                using var owner = await AtChallengeAsync(user);
                Assert.That((await AnswerAsync(owner, FactorMethod.RecoveryCode, scene.RecoveryCodes[0])).Location, Is.EqualTo("/account"));
                var moved = $"moved-{Guid.NewGuid():N}@example.org";
                await owner.SubmitAsync("/account/email", ("Email", moved));
                using var reader = new PageClient(App);
                var confirmation = await Mailbox.NewestAsync(moved, "/confirm-email-change", App.BaseAddress);
                Assert.That((await reader.SubmitAsync(confirmation.Link, "/confirm-email-change", ("Token", confirmation.Token))).Location, Is.EqualTo("/login"));
                Assert.That(await reader.IsSignedInAsync(), Is.False);
            }

            using var stranger = new PageClient(App);
            var mail = await Mailbox.NewestAsync(user.Email, $"/{way}", App.BaseAddress);
            Assert.That((await stranger.SubmitAsync(mail.Link, $"/{way}", ("Token", mail.Token))).Location, Is.EqualTo("/reset-password"));
            Assert.That(await stranger.IsSignedInAsync(), Is.False);
        }

        return (await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress)).Token;
    }

    private Task<long> SessionsAsync(TestUser user) => App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);

    [GeneratedRegex("""<p class="secret"[^>]*>([A-Z2-7 ]+)<""")]
    private static partial Regex Secret();
}
