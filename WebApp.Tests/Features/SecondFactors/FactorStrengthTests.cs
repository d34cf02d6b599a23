using System.Net;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Tests.Features.SignIn;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>A factor is changed by a factor of equal strength: a mailed code suffices for mailed codes and for nothing else (ASVS 6.4.4).</summary>
public sealed class FactorStrengthTests
{
    private static readonly string[] StrongOperations =
    [
        "GET account/mfa/totp", "POST account/mfa/totp/begin", "POST account/mfa/totp", "POST account/mfa/totp/remove",
        "POST account/mfa/email",
        "GET account/mfa/recovery-codes", "POST account/mfa/recovery-codes",
        "GET account/passkeys/add", "POST account/passkeys/add/options", "POST account/passkeys/add",
        "GET account/passkeys/{id}/remove", "POST account/passkeys/{id}/remove",
        "POST account/external-logins/link/{name}", "GET account/external-logins/confirm", "POST account/external-logins/confirm",
        "GET account/external-logins/{id:guid}/unlink", "POST account/external-logins/{id:guid}/unlink",
        "POST api/v1/mfa/totp", "POST api/v1/mfa/totp/confirm", "DELETE api/v1/mfa/totp", "POST api/v1/mfa/email", "POST api/v1/mfa/recovery-codes",
    ];

    private TestApp app = null!;

    private static IEnumerable<SensitiveOperation> Pages => Strong.Where(o => !o.IsApi);

    private static IEnumerable<SensitiveOperation> Calls => Strong.Where(o => o.IsApi);

    private static IEnumerable<SensitiveOperation> Strong => SensitiveOperation.All.Where(o => StrongOperations.Contains(o.ToString())).Select(o => o with { Prepare = null });

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync(settings: ScriptedProvider.Unreachable);

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public void Every_change_of_a_factor_wants_a_strong_one_and_turning_mailed_codes_off_does_not() => Assert.That(
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null
            && (endpoint.Metadata.GetMetadata<RequireStrongAuthenticationAttribute>() is not null || endpoint.Metadata.GetMetadata<RecentAuthenticationRequiredAttribute>() is { Strong: true })
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select $"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}", Is.EquivalentTo(StrongOperations));

    [TestCaseSource(nameof(Pages))]
    public async Task A_page_is_closed_to_who_signed_in_by_mailed_code(SensitiveOperation operation)
    {
        using var scene = await SensitiveScene.NewByMailedCodeAsync(app);
        var (page, _, before, after) = await scene.DoAsync(operation);
        Assert.That(page!.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(page.Location, Does.StartWith("/reauthenticate?returnUrl=%2Faccount%2F").And.EndsWith("&factor=strong"));
        Assert.That(after, Is.EqualTo(before));
        var asked = await scene.Browser.GetAsync(page.Location!);
        Assert.That(asked.Text, Does.Contain("authenticator app shows").And.Not.Contain("Email"), "what suffices is offered, and nothing else");
    }

    [TestCaseSource(nameof(Calls))]
    public async Task A_call_is_closed_to_who_signed_in_by_mailed_code(SensitiveOperation operation)
    {
        using var scene = await SensitiveScene.NewByMailedCodeAsync(app);
        var (_, call, before, after) = await scene.DoAsync(operation);
        Assert.That(call!.Status, Is.EqualTo(HttpStatusCode.Forbidden), call.Text);
        Assert.That(call.Code, Is.EqualTo("reauthentication_required"));
        Assert.That(call.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600));
        Assert.That(call.Json.GetProperty("methods").GetRawText(), Is.EqualTo("""["totp"]"""));
        Assert.That(call.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"));
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public async Task The_mailbox_and_the_password_do_not_take_the_phone_away_and_a_recovery_code_does()
    {
        var scene = await FactorScene.WithPhoneAsync(app);
        await scene.SendAsync(HttpMethod.Post, "/mfa/email");
        var mailed = await scene.Api.LoginWithCodeAsync(app, scene.User);
        Assert.That((await scene.Api.DeleteAsync("/mfa/totp", mailed.Access)).Code, Is.EqualTo("reauthentication_required"));

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await scene.Api.PostAsync("/auth/reauthenticate/email-code", bearer: mailed.Access)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var again = await StepUpAsync(scene, mailed.Access, "email", await app.NewestCodeAsync(scene.User));
        Assert.That((await scene.Api.DeleteAsync("/mfa/totp", again)).Code, Is.EqualTo("reauthentication_required"), "a second mailed code is no more than the first");

        var strong = await StepUpAsync(scene, again, "recovery_code", scene.RecoveryCodes[0]);
        Assert.That((await scene.Api.DeleteAsync("/mfa/totp", again)).Code, Is.EqualTo("reauthentication_required"), "the old token says what it said");
        Assert.That((await scene.Api.DeleteAsync("/mfa/totp", strong)).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task A_mailed_code_turns_mailed_codes_off()
    {
        using var scene = await SensitiveScene.NewByMailedCodeAsync(app);
        Assert.That((await new ApiClient(app).DeleteAsync("/mfa/email", scene.Bearer)).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task Who_has_mailed_codes_alone_does_with_one_what_a_password_could()
    {
        var user = await app.CreateMfaUserAsync();
        var api = new ApiClient(app);
        var tokens = await api.LoginWithCodeAsync(app, user);
        Assert.That((await api.PostAsync("/mfa/totp", null, tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/mfa/recovery-codes", null, tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_change_itself_looks_again_at_what_the_session_has_shown()
    {
        using var scene = await SensitiveScene.NewByMailedCodeAsync(app);
        var session = await app.QueryAsync<Guid>("SELECT id FROM sessions WHERE user_id = $1 AND kind = 'api'", scene.User.Id);
        await using var services = app.Services.CreateAsyncScope();
        var caller = new Caller(scene.User.Id, session, new(null, null));
        Assert.That(() => services.ServiceProvider.GetRequiredService<TotpEnrolment>().RemoveAsync(caller, default), Throws.TypeOf<StrongerAuthenticationRequiredException>());
        Assert.That(() => services.ServiceProvider.GetRequiredService<EmailCodeEnrolment>().TurnOffAsync(caller, default), Is.True);
    }

    [Test]
    public async Task A_trusted_device_shows_no_factor_however_recently_it_was_trusted()
    {
        var user = await app.CreateMfaUserAsync();
        using var browser = new PageClient(app);
        await browser.LoginWithCodeAsync(app, user, trust: true);
        await browser.SubmitAsync("/account", "/logout");
        await app.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", user.Id);
        Assert.That((await browser.LoginAsync(user)).Location, Is.EqualTo("/account"));
        Assert.That((await browser.SubmitAsync("/account", "/account/mfa/totp/remove")).Location, Does.StartWith("/reauthenticate"));
    }

    private static async Task<string> StepUpAsync(FactorScene scene, string access, string method, string code)
    {
        var answer = await scene.Api.PostAsync("/auth/reauthenticate", new { method, code }, access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return answer.Json.GetProperty("access_token").GetString()!;
    }
}
