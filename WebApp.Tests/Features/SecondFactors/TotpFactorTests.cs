using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.SignIn;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>Codes from a phone, against a clock that the tests move.</summary>
public sealed class TotpFactorTests
{
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task Start() => app = await TestApp.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await app.DisposeAsync();

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(1)]
    public async Task A_code_within_one_step_of_now_completes_a_sign_in(int steps)
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var result = await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.Totp, scene.Code(steps));
        Assert.That(result, Is.TypeOf<SecondFactorResult.Completed>());
        Assert.That(string.Join(' ', ((SecondFactorResult.Completed)result).Amr), Is.EqualTo("pwd otp mfa"));
    }

    [TestCase(-20)]
    [TestCase(-3)]
    [TestCase(-2)]
    public async Task A_code_further_back_is_refused_with_how_far_behind_the_clock_is(int steps)
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var result = await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.Totp, scene.Code(steps));
        Assert.That(result, Is.EqualTo(new SecondFactorResult.Refused(new FactorResult.ClockOff(TimeSpan.FromSeconds(30 * steps)))));
    }

    [Test]
    public async Task Who_guesses_learns_of_no_code_that_is_still_to_come([Range(2, 21)] int steps)
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var (pending, code) = (await scene.GivePasswordAsync(), scene.Code(steps));
        Assert.That(await scene.AnswerAsync(pending, FactorMethod.Totp, code), Is.EqualTo(new SecondFactorResult.Refused(new FactorResult.Wrong())));
        var stepUp = await scene.Api.PostAsync("/auth/reauthenticate", new { method = "totp", code }, scene.Tokens.Access);
        Assert.That((stepUp.Code, stepUp.Json.GetProperty("detail").GetString()), Is.EqualTo(("invalid_code", FactorMessages.For(new FactorResult.Wrong()))));

        // The guess was not spent either: at its time it is right.
        app.Clock.Advance(TimeSpan.FromSeconds(30 * steps));
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.Totp, code), Is.TypeOf<SecondFactorResult.Completed>());
    }

    [TestCase(-21)]
    public async Task A_code_more_than_ten_minutes_off_is_simply_wrong(int steps)
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var result = await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.Totp, scene.Code(steps));
        Assert.That(result, Is.EqualTo(new SecondFactorResult.Refused(new FactorResult.Wrong())));
    }

    [TestCase(-2, true)]
    [TestCase(-1, false)]
    [TestCase(1, false)]
    [TestCase(2, true)]
    public async Task Enrolment_tolerates_what_sign_in_tolerates(int steps, bool refused)
    {
        var scene = await FactorScene.NewAsync(app);
        await scene.OfferPhoneAsync();
        scene.SkipTo(steps: 1);
        var answer = await scene.Api.PostAsync("/mfa/totp/confirm", new { code = scene.Code(steps) }, scene.Tokens.Access);
        Assert.That(answer.Status, Is.EqualTo(refused ? HttpStatusCode.Unauthorized : HttpStatusCode.OK), answer.Text);
        if (refused)
        {
            Assert.That(answer.Code, Is.EqualTo("invalid_code"));
            Assert.That(answer.Json.GetProperty("detail").GetString(), Does.Contain(steps > 0 ? "1 minute ahead" : "1 minute behind"));
        }
    }

    [Test]
    public async Task Of_twenty_that_send_the_same_code_at_once_one_is_right()
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var code = scene.Code();
        var results = await scene.CheckAtOnceAsync<TotpFactor>(20, factor => factor.VerifyAsync(scene.User.Id, code, CancellationToken.None));
        Assert.That(results.Count(r => r is FactorResult.Right), Is.EqualTo(1));
        Assert.That(results.Count(r => r is FactorResult.Wrong or FactorResult.AlreadyUsed), Is.EqualTo(19));
    }

    [Test]
    public async Task A_used_code_and_any_earlier_one_are_refused_in_another_sign_in()
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        var (first, second) = (await scene.GivePasswordAsync(), await scene.GivePasswordAsync());
        Assert.That(await scene.AnswerAsync(first, FactorMethod.Totp, scene.Code()), Is.TypeOf<SecondFactorResult.Completed>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await scene.AnswerAsync(second, FactorMethod.Totp, scene.Code()), Is.TypeOf<SecondFactorResult.Refused>().With.Property("Reason").TypeOf<FactorResult.AlreadyUsed>());
            Assert.That(await scene.AnswerAsync(second, FactorMethod.Totp, scene.Code(-1)), Is.EqualTo(new SecondFactorResult.Refused(new FactorResult.Wrong())));
            Assert.That(await scene.AnswerAsync(second, FactorMethod.Totp, scene.Code(1)), Is.TypeOf<SecondFactorResult.Completed>());
        }
    }

    [Test]
    public async Task The_code_that_proved_the_enrolment_is_reported_as_used_and_is_no_guess()
    {
        var scene = await FactorScene.NewAsync(app);
        scene.SkipTo(steps: 1);
        await scene.AddPhoneAsync();
        var token = await scene.Api.BeginAsync(scene.User);
        for (var i = 0; i < 7; i++)
        {
            var answer = await scene.Api.AnswerAsync(token, scene.Code(), "totp");
            Assert.That(answer.Code, Is.EqualTo("invalid_code"));
            Assert.That(answer.Json.GetProperty("detail").GetString(), Does.Match("^That code was used already. Wait [0-9]+ seconds? for the next code.$"));
            Assert.That(int.Parse(answer.Headers["Retry-After"]), Is.InRange(1, 30));
        }

        using var browser = new PageClient(app);
        await browser.LoginAsync(scene.User, remember: false);
        Assert.That((await browser.SubmitAsync("/login/mfa", "/login/mfa", ("Method", "totp"), ("Code", scene.Code()))).Text, Does.Contain("That code was used already. Wait "));
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.That((await scene.Api.AnswerAsync(token, scene.Code(), "totp")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Nothing_is_on_until_the_right_code_is_given()
    {
        var scene = await FactorScene.NewAsync(app);
        await scene.OfferPhoneAsync();
        var stranger = new Authenticator("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").CodeAt(app.Clock.GetUtcNow());
        foreach (var code in (string[])["", "000", stranger, "not a code"])
        {
            var answer = await scene.Api.PostAsync("/mfa/totp/confirm", new { code }, scene.Tokens.Access);
            Assert.That((int)answer.Status, Is.AnyOf(400, 401), answer.Text);
        }

        Assert.That((await scene.SendAsync(HttpMethod.Get, "/mfa")).Json.GetProperty("enabled").GetBoolean(), Is.False);
        await scene.Api.LoginAsync(scene.User);
    }

    [Test]
    public async Task An_offer_replaces_the_one_before_and_ends_after_an_hour()
    {
        var scene = await FactorScene.NewAsync(app);
        await scene.OfferPhoneAsync();
        var old = scene.Phone;
        await scene.OfferPhoneAsync();
        var answer = await scene.Api.PostAsync("/mfa/totp/confirm", new { code = old.CodeAt(app.Clock.GetUtcNow()) }, scene.Tokens.Access);
        Assert.That(answer.Code, Is.EqualTo("invalid_code"));

        app.Clock.Advance(TotpEnrolment.OfferLifetime);
        var tokens = await scene.Api.LoginAsync(scene.User);
        Assert.That((await scene.Api.PostAsync("/mfa/totp/confirm", new { code = scene.Code() }, tokens.Access)).Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task A_second_app_is_refused_while_one_is_on()
    {
        var scene = await FactorScene.NewAsync(app);
        await scene.AddPhoneAsync();
        Assert.That((await scene.Api.PostAsync("/mfa/totp", null, scene.Tokens.Access)).Code, Is.EqualTo("conflict"));
        Assert.That((await scene.Api.PostAsync("/mfa/totp/confirm", new { code = scene.Code(1) }, scene.Tokens.Access)).Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task The_secret_is_sealed_in_its_row_and_opens_for_its_owner_alone()
    {
        var scene = await FactorScene.NewAsync(app);
        var secret = (await scene.SendAsync(HttpMethod.Post, "/mfa/totp")).Json.GetProperty("secret").GetString()!;
        var row = (await app.QueryAsync<byte[]>("SELECT secret FROM totp_credentials WHERE user_id = $1", scene.User.Id))!;
        var secrets = app.Services.GetRequiredService<TotpSecrets>();
        var plain = secrets.Open(scene.User.Id, row);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Base32.Encode(plain), Is.EqualTo(secret));
            Assert.That(plain, Has.Length.EqualTo(20));
            Assert.That(row.AsSpan().IndexOf(plain), Is.EqualTo(-1));
            Assert.That(Encoding.Latin1.GetString(row), Does.Not.Contain(secret));
            Assert.That(() => secrets.Open(Guid.CreateVersion7(), row), Throws.InstanceOf<CryptographicException>());
        }
    }
}
