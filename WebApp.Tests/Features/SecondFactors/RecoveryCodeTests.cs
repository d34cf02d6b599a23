using System.Security.Cryptography;
using System.Text;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.SignIn;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

public sealed class RecoveryCodeTests
{
    private static readonly SecondFactorResult Refused = new SecondFactorResult.Refused(new FactorResult.Wrong());

    private FactorScene scene = null!;

    [SetUp]
    public async Task Begin()
    {
        scene = await FactorScene.NewAsync(TestApp.Shared);
        await scene.AddPhoneAsync();
    }

    [Test]
    public async Task Ten_come_with_the_first_factor_and_each_signs_in_once()
    {
        Assert.That(scene.RecoveryCodes, Has.Length.EqualTo(10).And.All.Match("^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$"));
        var code = scene.RecoveryCodes[3];
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, code), Is.TypeOf<SecondFactorResult.Completed>());
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, code), Is.EqualTo(Refused));
        Assert.That((await scene.SendAsync(HttpMethod.Get, "/mfa")).Json.GetProperty("recovery_codes_left").GetInt32(), Is.EqualTo(9));
    }

    [Test]
    public async Task Of_twenty_that_send_the_same_code_at_once_one_is_right()
    {
        var results = await scene.CheckAtOnceAsync<RecoveryCodeFactor>(
            20, factor => factor.VerifyAsync(scene.User.Id, scene.RecoveryCodes[0], FactorScene.Client, CancellationToken.None));
        Assert.That(results.Count(r => r is FactorResult.Right), Is.EqualTo(1));
        Assert.That(await CountAsync("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'recovery_code_used'"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_code_may_be_typed_as_it_is_read()
    {
        var typed = scene.RecoveryCodes[0].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant().Replace('0', 'O').Replace('1', 'I');
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, $" {typed} "), Is.TypeOf<SecondFactorResult.Completed>());
    }

    [Test]
    public async Task A_code_opens_nobody_elses_account()
    {
        var other = await FactorScene.NewAsync(TestApp.Shared);
        await other.AddPhoneAsync();
        Assert.That(await other.AnswerAsync(await other.GivePasswordAsync(), FactorMethod.RecoveryCode, scene.RecoveryCodes[0]), Is.EqualTo(Refused));
    }

    [Test]
    public async Task The_owner_is_notified_when_one_is_used_and_how_many_are_left()
    {
        await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, scene.RecoveryCodes[0]);
        var mail = await Mailbox.OfSubjectAsync(scene.User.Email, "A recovery code was used");
        Assert.That(mail, Does.Contain("9 are left").And.Contain("/not-me?token="));
    }

    [Test]
    public async Task New_codes_void_the_old_ones()
    {
        var renewed = FactorScene.Codes(await scene.SendAsync(HttpMethod.Post, "/mfa/recovery-codes"));
        Assert.That(renewed, Has.Length.EqualTo(10));
        Assert.That(renewed.Intersect(scene.RecoveryCodes), Is.Empty);
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, scene.RecoveryCodes[0]), Is.EqualTo(Refused));
        Assert.That(await scene.AnswerAsync(await scene.GivePasswordAsync(), FactorMethod.RecoveryCode, renewed[0]), Is.TypeOf<SecondFactorResult.Completed>());
        Assert.That(await Mailbox.OfSubjectAsync(scene.User.Email, "New recovery codes were made"), Does.Contain("/not-me?token="));
    }

    [Test]
    public async Task Two_renewals_at_once_leave_ten_codes()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scene.SendAsync(HttpMethod.Post, "/mfa/recovery-codes")));
        Assert.That(await CountAsync("SELECT count(*) FROM recovery_codes WHERE user_id = $1"), Is.EqualTo(10));
    }

    [Test]
    public async Task A_sheet_is_kept_when_a_second_factor_is_added_and_void_when_the_last_is_removed()
    {
        Assert.That(FactorScene.Codes(await scene.SendAsync(HttpMethod.Post, "/mfa/email")), Is.Empty);
        await scene.SendAsync(HttpMethod.Delete, "/mfa/totp");
        Assert.That(await CountAsync("SELECT count(*) FROM recovery_codes WHERE user_id = $1"), Is.EqualTo(10));
        await scene.SendAsync(HttpMethod.Delete, "/mfa/email");
        Assert.That(await CountAsync("SELECT count(*) FROM recovery_codes WHERE user_id = $1"), Is.Zero);
        Assert.That((await scene.Api.PostAsync("/mfa/recovery-codes", null, scene.Tokens.Access)).Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task The_database_holds_no_code_in_a_form_that_can_be_guessed_back()
    {
        var hashes = await TestApp.Shared.QueryAsync<string>("SELECT string_agg(encode(code_hash, 'hex'), ' ') FROM recovery_codes WHERE user_id = $1", scene.User.Id);
        Assert.That(hashes!.Split(' '), Has.Length.EqualTo(10));
        using (Assert.EnterMultipleScope())
        {
            foreach (var code in scene.RecoveryCodes)
            {
                foreach (var form in (string[])[code, code.Replace("-", "", StringComparison.Ordinal), $"{scene.User.Id:N}{code.Replace("-", "", StringComparison.Ordinal)}"])
                {
                    var bytes = Encoding.UTF8.GetBytes(form);
                    Assert.That(hashes, Does.Not.Contain(Convert.ToHexStringLower(bytes)));
                    Assert.That(hashes, Does.Not.Contain(Convert.ToHexStringLower(SHA256.HashData(bytes))));
                }
            }
        }
    }

    [Test]
    public void Codes_do_not_print() => Assert.That($"{new RecoveryCodeSheet(["abcde-fghjk"])} {new RecoveryCodePage(["abcde-fghjk"], "x")}", Does.Not.Contain("abcde"));

    private Task<long> CountAsync(string sql) => TestApp.Shared.QueryAsync<long>(sql, scene.User.Id);
}
