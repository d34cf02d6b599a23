using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>What goes with every change of a factor.</summary>
public sealed class FactorChangeTests
{
    private static readonly (string Name, HttpMethod Method, string Path)[] Calls =
    [
        ("begin", HttpMethod.Post, "/mfa/totp"),
        ("confirm", HttpMethod.Post, "/mfa/totp/confirm"),
        ("remove", HttpMethod.Delete, "/mfa/totp"),
        ("mail on", HttpMethod.Post, "/mfa/email"),
        ("mail off", HttpMethod.Delete, "/mfa/email"),
        ("renew", HttpMethod.Post, "/mfa/recovery-codes"),
    ];

    private static readonly (string Change, string Subject)[] Changes =
    [
        ("confirm", "An authenticator app was added"),
        ("remove", "The authenticator app was removed"),
        ("mail on", "Codes by email were turned on"),
        ("mail off", "Codes by email were turned off"),
        ("renew", "New recovery codes were made"),
    ];

    [TestCaseSource(nameof(Changes))]
    public async Task A_change_ends_other_sessions_forgets_devices_and_notifies_by_mail((string Change, string Subject) change)
    {
        var scene = await SceneBeforeAsync(change.Change);
        var other = await SignInBesideAsync(scene);
        await TrustDeviceAsync(scene);

        var (_, method, path) = Calls.Single(call => call.Name == change.Change);
        await scene.SendAsync(method, path, change.Change == "confirm" ? new { code = scene.Code() } : null);
        var mail = await Mailbox.OfSubjectAsync(scene.User.Email, change.Subject);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.Api.GetAsync("/me", other.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await scene.Api.PostAsync("/auth/refresh", new { refresh_token = other.Refresh })).Code, Is.EqualTo("token_revoked"));
            Assert.That((await scene.Api.GetAsync("/me", scene.Tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await CountAsync("SELECT count(*) FROM known_devices WHERE trusted_until > now() AND user_id = $1", scene), Is.Zero);
            Assert.That(await CountAsync("SELECT count(*) FROM sessions WHERE revoked_reason = 'factor_changed' AND user_id = $1", scene), Is.EqualTo(1));
            Assert.That(await CountAsync("SELECT count(*) FROM security_events WHERE kind = 'factor_changed' AND user_id = $1", scene), Is.Not.Zero);
            Assert.That(mail, Does.Contain("/not-me?token="));
        }
    }

    [Test]
    public async Task Signing_in_asks_for_a_second_factor_exactly_while_one_is_on()
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        await scene.AddPhoneAsync();
        Assert.That((await scene.SendAsync(HttpMethod.Get, "/me")).Json.GetProperty("mfa_enabled").GetBoolean(), Is.True);
        await scene.GivePasswordAsync();
        var overview = (await scene.SendAsync(HttpMethod.Get, "/mfa")).Json;
        Assert.That(overview.GetProperty("methods").GetRawText(), Is.EqualTo("""["totp","recovery_code"]"""));

        await scene.SendAsync(HttpMethod.Delete, "/mfa/totp");
        Assert.That((await scene.SendAsync(HttpMethod.Get, "/me")).Json.GetProperty("mfa_enabled").GetBoolean(), Is.False);
        await scene.Api.LoginAsync(scene.User);
    }

    [Test]
    public async Task A_removed_phones_code_completes_no_sign_in_that_was_waiting()
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        await scene.AddPhoneAsync();
        var pending = await scene.GivePasswordAsync();
        await scene.SendAsync(HttpMethod.Delete, "/mfa/totp");
        Assert.That(await scene.AnswerAsync(pending, FactorMethod.Totp, scene.Code(1)), Is.EqualTo(new SecondFactorResult.NothingPending()));
        Assert.That(await scene.AnswerAsync(pending, FactorMethod.RecoveryCode, scene.RecoveryCodes[0]), Is.EqualTo(new SecondFactorResult.NothingPending()));
    }

    [Test]
    public async Task Mailed_codes_need_a_confirmed_address()
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        await TestApp.Shared.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1", scene.User.Id);
        Assert.That((await scene.Api.PostAsync("/mfa/email", null, scene.Tokens.Access)).Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task What_is_off_already_cannot_be_turned_off_and_what_is_on_stays_on()
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        Assert.That((await scene.Api.DeleteAsync("/mfa/totp", scene.Tokens.Access)).Code, Is.EqualTo("not_found"));
        Assert.That((await scene.Api.DeleteAsync("/mfa/email", scene.Tokens.Access)).Code, Is.EqualTo("not_found"));
        Assert.That(FactorScene.Codes(await scene.SendAsync(HttpMethod.Post, "/mfa/email")), Has.Length.EqualTo(10));
        Assert.That(FactorScene.Codes(await scene.SendAsync(HttpMethod.Post, "/mfa/email")), Is.Empty);
        Assert.That(await CountAsync("SELECT count(*) FROM security_events WHERE kind = 'factor_changed' AND user_id = $1", scene), Is.EqualTo(1));
    }

    [Test]
    public async Task Every_change_wants_a_recent_authentication()
    {
        await using var app = await TestApp.StartAsync();
        var scene = await FactorScene.NewAsync(app);
        app.Clock.Advance(RecentAuthentication.MaxAge + TimeSpan.FromSeconds(2));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, method, path) in Calls)
            {
                var answer = await scene.Api.SendAsync(method, path, name == "confirm" ? new { code = "123456" } : null, scene.Tokens.Access);
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden), name);
                Assert.That(answer.Code, Is.EqualTo("reauthentication_required"), name);
                Assert.That(answer.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600), name);
                Assert.That(answer.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"), name);
            }
        }
    }

    private static async Task<FactorScene> SceneBeforeAsync(string change)
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        switch (change)
        {
            case "confirm":
                await scene.OfferPhoneAsync();
                break;
            case "remove" or "renew":
                await scene.AddPhoneAsync();
                break;
            case "mail off":
                await scene.SendAsync(HttpMethod.Post, "/mfa/email");
                break;
            default:
                break;
        }

        return scene;
    }

    // A second client of the same user, past its second factor if there is one.
    private static async Task<ApiTokens> SignInBesideAsync(FactorScene scene)
    {
        await using var scope = TestApp.Shared.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == scene.User.Id);
        var issued = await scope.ServiceProvider.GetRequiredService<WebApp.Features.Tokens.TokenIssuer>()
            .OpenAsync(AccountProof.ForUser(user), ["pwd"], authenticatedAt: null, deviceName: null, FactorScene.Client, CancellationToken.None);
        return new(issued!.AccessToken, issued.RefreshToken!, issued.SessionId!.Value);
    }

    private static async Task TrustDeviceAsync(FactorScene scene)
    {
        await using var scope = TestApp.Shared.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<KnownDevices>().NoteAsync(held: null, scene.User.Id, trust: true, FactorScene.Client, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<AppDbContext>().SaveChangesAsync();
    }

    private static Task<long> CountAsync(string sql, FactorScene scene) => TestApp.Shared.QueryAsync<long>(sql, scene.User.Id);
}
