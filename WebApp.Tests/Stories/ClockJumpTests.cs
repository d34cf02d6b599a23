using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>The clock jumps ahead by a day and is set right again, as on a machine that was resumed: whatever worked before works then, and after.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly byte[] Secret = TotpSecrets.New();

    private static readonly (string Name, Func<Scene, Task> Run)[] Flows =
    [
        ("sign-in, API", async s => Expect(await s.Api.PostAsync("/auth/login", new { email = s.User.Email, password = s.User.Password }), HttpStatusCode.OK)),
        ("sign-in, browser", async s =>
        {
            using var browser = new PageClient(s.App);
            await browser.LoginAsync(s.User);
            Assert.That(await browser.IsSignedInAsync(), Is.True);
        }),
        ("refresh and step-up", async s =>
        {
            var tokens = await s.Api.LoginAsync(s.User);
            var refreshed = await s.Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
            Expect(refreshed, HttpStatusCode.OK);
            Expect(await s.Api.PostAsync("/auth/reauthenticate", new { password = s.User.Password }, refreshed.Tokens.Access), HttpStatusCode.OK);
            Expect(await s.Api.PostAsync("/api-tokens", new { name = "script" }, refreshed.Tokens.Access), HttpStatusCode.Created);
        }),
        ("sign-in with a code of an app", async s =>
        {
            var begun = await s.Api.BeginAsync(s.Phone);
            Expect(await s.Api.AnswerAsync(begun, s.CodeNow(), "totp"), HttpStatusCode.OK);
        }),
        ("sign-in with a mailed code", async s =>
        {
            // By date, that of the clock that ran ahead stays the newest.
            var before = await Mailbox.SignInCodesAsync(s.App, s.Mailed.Email);
            var begun = await s.Api.BeginAsync(s.Mailed);
            Expect(await s.Api.SendCodeAsync(begun), HttpStatusCode.Accepted);
            var code = (await Mailbox.SignInCodesAsync(s.App, s.Mailed.Email)).Except(before).Single();
            Expect(await s.Api.AnswerAsync(begun, code), HttpStatusCode.OK);
        }),
        ("a lockout that ends", async s =>
        {
            for (var i = 0; i < 6; i++)
            {
                await s.Api.PostAsync("/auth/login", new { email = s.Guessed.Email, password = "wrong" });
                s.App.Clock.Advance(TimeSpan.FromSeconds(20));
            }

            var refused = await s.Api.PostAsync("/auth/login", new { email = s.Guessed.Email, password = s.Guessed.Password });
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
            s.App.Clock.Advance(TimeSpan.FromHours(2));
            Expect(await s.Api.PostAsync("/auth/login", new { email = s.Guessed.Email, password = s.Guessed.Password }), HttpStatusCode.OK);
        }),
        ("registration", async s =>
        {
            var email = $"new-{Guid.NewGuid():N}@example.org";
            Expect(await s.Api.PostAsync("/auth/register", new { email, password = "Copper lantern 4 evening!" }), HttpStatusCode.Accepted);
            await s.App.ConfirmAsync(email, "Copper lantern 4 evening!");
        }),
        ("reset by mail", async s =>
        {
            var before = (await Mailbox.SubjectsAsync(s.User.Email, s.App)).Count;
            Expect(await s.Api.PostAsync("/auth/forgot-password", new { email = s.User.Email }), HttpStatusCode.Accepted);
            await Patience.UntilAsync(async () => (await Mailbox.SubjectsAsync(s.User.Email, s.App)).Count > before);
        }),
        ("device", async s =>
        {
            using var browser = new PageClient(s.App);
            await browser.LoginAsync(s.User);
            var tv = await Tv.AskAsync(s.App);
            Assert.That((await browser.SubmitAsync("/account", "/device/confirm", ("user_code", tv.UserCode))).Status, Is.EqualTo(HttpStatusCode.OK));
            Expect(await tv.PollAsync(), HttpStatusCode.OK);
        }),
        ("group", async s =>
        {
            var access = (await s.Api.LoginAsync(s.User)).Access;
            await s.Api.CreateGroupAsync(access);
        }),
    ];

    private static IEnumerable<TestCaseData> Cases => Flows.Select(flow => new TestCaseData(flow.Run).SetArgDisplayNames(flow.Name));

    [TestCaseSource(nameof(Cases))]
    public async Task What_works_before_a_jump_works_during_it_and_after_the_clock_is_set_right(Func<Scene, Task> run)
    {
        await using var app = await TestApp.StartAsync();
        var scene = await Scene.NewAsync(app);
        await run(scene);
        app.Clock.Advance(Day);
        await run(scene);
        app.Clock.Advance(-Day + TimeSpan.FromMinutes(5)); // A code of an app works once, and the first run used one.
        await run(scene);
    }

    [Test]
    public async Task Tokens_of_a_clock_that_ran_ahead_are_good_until_they_run_out_or_are_revoked()
    {
        await using var app = await TestApp.StartAsync();
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        app.Clock.Advance(Day);
        var (good, ended, everywhere) = (await api.LoginAsync(user), await api.LoginAsync(user), await api.LoginAsync(await app.CreateUserAsync()));
        app.Clock.Advance(-Day);
        Assert.That((await api.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = good.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/auth/logout", null, ended.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await api.PostAsync("/auth/logout-everywhere", null, everywhere.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        // When their own time has come, memory keeps no other revocation that old.
        app.Clock.Advance(Day + TimeSpan.FromMinutes(12));
        await app.Services.GetRequiredService<Revocations>().PruneAsync(default);
        await using var restarted = await TestApp.StartAsync(app.ConnectionString, null, $"Tokens:Issuer={app.BaseAddress.GetLeftPart(UriPartial.Authority)}");
        restarted.Clock.Advance(Day + TimeSpan.FromMinutes(12));
        foreach (var client in new[] { api, new ApiClient(restarted) })
        {
            Assert.That((await client.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "its time has come");
            Assert.That((await client.GetAsync("/me", ended.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await client.GetAsync("/me", everywhere.Access)).Code, Is.EqualTo("token_revoked"));
        }

        app.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await api.GetAsync("/me", good.Access)).Code, Is.EqualTo("token_expired"));
    }

    [Test]
    public async Task An_authentication_from_the_future_is_not_recent()
    {
        await using var app = await TestApp.StartAsync();
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        app.Clock.Advance(Day);
        var tokens = await api.LoginAsync(user);
        Assert.That((await api.PostAsync("/mfa/email", null, tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.NoContent));
        app.Clock.Advance(-Day);
        Assert.That((await api.DeleteAsync("/mfa/email", tokens.Access)).Code, Is.EqualTo("reauthentication_required"));
    }

    [Test]
    public async Task A_spent_refresh_token_from_the_future_has_no_longer_grace()
    {
        await using var app = await TestApp.StartAsync();
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        app.Clock.Advance(Day);
        var tokens = await api.LoginAsync(user);
        await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        app.Clock.Advance(-Day);
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_reused"));
    }

    [Test]
    public async Task No_code_of_an_app_works_twice_though_the_clock_passes_its_time_twice()
    {
        await using var app = await TestApp.StartAsync();
        var scene = await Scene.NewAsync(app);
        app.Clock.Advance(Day);
        var ahead = scene.CodeNow();
        Expect(await scene.CodeAsync(ahead), HttpStatusCode.OK);
        app.Clock.Advance(-Day);
        var now = scene.CodeNow();
        Expect(await scene.CodeAsync(now), HttpStatusCode.OK);
        Assert.That((await scene.CodeAsync(now)).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "a replay of now");
        app.Clock.Advance(Day);
        Assert.That((await scene.CodeAsync(ahead)).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "a replay of the time that was ahead");
    }

    private static void Expect(Answer answer, HttpStatusCode status) => Assert.That(answer.Status, Is.EqualTo(status), answer.Text);

    /// <summary>People who sign in.</summary>
    public sealed class Scene(TestApp app, TestUser user, TestUser phone, TestUser mailed, TestUser guessed)
    {
        public TestApp App => app;

        public ApiClient Api => new(app);

        public TestUser User => user;

        /// <summary>With an authenticator app.</summary>
        public TestUser Phone => phone;

        /// <summary>With mailed codes.</summary>
        public TestUser Mailed => mailed;

        /// <summary>Whose password is guessed at.</summary>
        public TestUser Guessed => guessed;

        public static async Task<Scene> NewAsync(TestApp app)
        {
            var phone = await app.CreateUserAsync();
            await app.QueryAsync<object>(
                "INSERT INTO totp_credentials (user_id, secret, created_at, confirmed_at) VALUES ($1, $2, now(), now())", phone.Id, app.Services.GetRequiredService<TotpSecrets>().Seal(phone.Id, Secret));
            await app.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", phone.Id);
            return new(app, await app.CreateUserAsync(), phone, await app.CreateMfaUserAsync(), await app.CreateUserAsync());
        }

        public string CodeNow() => new Authenticator(Base32.Encode(Secret)).CodeAt(app.Clock.GetUtcNow());

        public async Task<Answer> CodeAsync(string code) => await Api.AnswerAsync(await Api.BeginAsync(phone), code, "totp");
    }
}
