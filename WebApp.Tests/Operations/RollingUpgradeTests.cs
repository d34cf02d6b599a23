using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit.Chain;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>The last release and this version serve the same users from one database. Each test is told which of the two is asked first.</summary>
[Category("Process")]
public sealed class RollingUpgradeTests
{
    private TwoVersions nodes = null!;

    [OneTimeSetUp]
    public async Task Start() => nodes = await TwoVersions.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (nodes is not null)
        {
            await nodes.DisposeAsync();
        }
    }

    [TearDown]
    public void Neither_node_failed() => Assert.Multiple(() =>
    {
        Assert.That(nodes.Old.Failures, Is.Empty);
        Assert.That(nodes.New.Failures, Is.Empty);
        Assert.That(nodes.OldNode.Output.Split('\n').Where(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)), Is.Empty, nodes.OldNode.Output);
    });

    [Test]
    public void The_old_node_answers_rightly_while_the_new_one_migrates_its_database()
    {
        Assert.That(nodes.DuringMigration.Wrong, Is.Empty);
        Assert.That(nodes.DuringMigration.Rounds, Is.GreaterThan(3));
    }

    [Test]
    public async Task The_release_that_is_run_ends_where_the_rule_for_migrations_begins()
    {
        var applied = await nodes.NewNode.QueryAsync<string[]>("SELECT array_agg(\"MigrationId\"::text ORDER BY \"MigrationId\") FROM \"__EFMigrationsHistory\"");
        Assert.That(applied, Has.Member(PreviousRelease.LastMigration).And.Some.GreaterThan(PreviousRelease.LastMigration));
        Assert.That(Directory.EnumerateFiles(Path.Combine(nodes.OldNode.ContentRoot, "Data", "Migrations"), "2*.cs").Select(Path.GetFileNameWithoutExtension).Max(), Is.EqualTo(PreviousRelease.LastMigration));
    }

    [Test]
    public async Task What_the_old_node_made_works_on_the_new_one()
    {
        var earlier = nodes.Earlier;
        Assert.That(await nodes.New.MeAsync(earlier.Tokens.Access), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await nodes.New.MeAsync(earlier.ApiToken), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await nodes.New.GetAsync("/me", earlier.Ended.Access)).Code, Is.EqualTo("token_revoked"));
        var refreshed = await nodes.New.PostAsync("/auth/refresh", new { refresh_token = earlier.Tokens.Refresh });
        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
        Assert.That(await nodes.Old.MeAsync(refreshed.Tokens.Access), Is.EqualTo(HttpStatusCode.OK));

        var code = await nodes.New.FinishAsync(await nodes.New.BeginAsync(earlier.Guarded), "totp", earlier.App.CodeAt(DateTimeOffset.UtcNow.AddSeconds(30)));
        Assert.That(code.Status, Is.EqualTo(HttpStatusCode.OK), code.Text);
        var recovery = await nodes.New.FinishAsync(await nodes.New.BeginAsync(earlier.Guarded), "recovery_code", earlier.RecoveryCode);
        Assert.That(recovery.Status, Is.EqualTo(HttpStatusCode.OK), recovery.Text);
        Assert.That((await nodes.Old.FinishAsync(await nodes.Old.BeginAsync(earlier.Guarded), "recovery_code", earlier.RecoveryCode)).Code, Is.EqualTo("invalid_code"), "It works once on both.");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Tokens_of_one_node_work_on_the_other(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = await TwoVersions.RegisterAsync(one, nodes.Mail);
        var tokens = await one.LoginAsync(user);
        Assert.That(await other.MeAsync(tokens.Access), Is.EqualTo(HttpStatusCode.OK));
        var refreshed = await other.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
        Assert.That(await one.MeAsync(refreshed.Tokens.Access), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await one.PostAsync("/auth/refresh", new { refresh_token = refreshed.Tokens.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));
        var token = await one.PostAsync("/api-tokens", new { name = "a program" }, tokens.Access);
        Assert.That(await other.MeAsync(token.Json.GetProperty("token").GetString()!), Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_one_node_revokes_the_other_refuses(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = await TwoVersions.RegisterAsync(one, nodes.Mail);
        var (here, listed, last) = (await one.LoginAsync(user), await other.LoginAsync(user), await other.LoginAsync(user));
        var apiToken = await other.PostAsync("/api-tokens", new { name = "a program" }, last.Access);
        var secret = apiToken.Json.GetProperty("token").GetString()!;
        Assert.That(await other.MeAsync(here.Access), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await one.MeAsync(secret), Is.EqualTo(HttpStatusCode.OK));

        Assert.That((await one.PostAsync("/auth/logout", null, here.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await other.RefusedAsync(here.Access);
        Assert.That((await one.DeleteAsync($"/sessions/{listed.SessionId}", last.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await other.RefusedAsync(listed.Access);
        Assert.That((await one.DeleteAsync($"/api-tokens/{apiToken.Json.GetProperty("id").GetGuid()}", last.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await other.RefusedAsync(secret);
        Assert.That((await one.PostAsync("/auth/logout-everywhere", null, last.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await other.RefusedAsync(last.Access);
        Assert.That((await other.PostAsync("/auth/refresh", new { refresh_token = last.Refresh })).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_change_or_reset_of_a_password_on_one_ends_sessions_on_the_other(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = await TwoVersions.RegisterAsync(one, nodes.Mail);
        var (here, there) = (await one.LoginAsync(user), await other.LoginAsync(user));
        var changed = user with { Password = TestUser.NewPassword("Silver harbour") };
        var change = await one.PostAsync("/password", new { current_password = user.Password, new_password = changed.Password }, here.Access);
        Assert.That(change.Status, Is.EqualTo(HttpStatusCode.NoContent), change.Text);
        await other.RefusedAsync(there.Access);
        Assert.That(await other.MeAsync(here.Access), Is.EqualTo(HttpStatusCode.OK), "The session that changed it goes on.");
        Assert.That((await other.SignInAsync(user)).Code, Is.EqualTo("invalid_credentials"));
        await other.LoginAsync(changed);

        // Asked for at one, used at the other.
        Assert.That((await one.PostAsync("/auth/forgot-password", new { email = user.Email })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var reset = user with { Password = TestUser.NewPassword("Golden meadow") };
        var answer = await other.PostAsync("/auth/reset-password", new { token = await nodes.Mail.TokenAsync(user.Email, "/reset-password"), new_password = reset.Password });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
        await one.RefusedAsync(here.Access);
        await one.LoginAsync(reset);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_registration_is_confirmed_by_the_version_that_took_it_and_refused_by_the_other(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = TwoVersions.NewUser();
        await TwoVersions.BeginRegistrationAsync(one, user);
        var elsewhere = await TwoVersions.ConfirmAsync(other, nodes.Mail, user);
        Assert.That(elsewhere.Status, Is.EqualTo(HttpStatusCode.BadRequest).Or.EqualTo(HttpStatusCode.Unauthorized), elsewhere.Text);
        Assert.That((await one.SignInAsync(user)).Code, Is.EqualTo("invalid_credentials"));
        var confirmed = await TwoVersions.ConfirmAsync(one, nodes.Mail, user);
        Assert.That(confirmed.Status, Is.EqualTo(HttpStatusCode.NoContent), confirmed.Text);
        await other.LoginAsync(user);
    }

    [Test]
    public async Task Whoever_registered_with_the_old_node_can_register_again_with_the_new_one()
    {
        var user = TwoVersions.NewUser();
        await TwoVersions.BeginRegistrationAsync(nodes.Old, user);
        await nodes.Mail.TokenAsync(user.Email, "/confirm-email");
        await TwoVersions.BeginRegistrationAsync(nodes.New, user with { Password = TestUser.NewPassword("Silver harbour") });
        // The account that the old version made already gets its password, and its address is confirmed, by a reset.
        var chosen = user with { Password = TestUser.NewPassword("Golden meadow") };
        var finished = await nodes.New.PostAsync("/auth/reset-password", new { token = await nodes.Mail.TokenAsync(user.Email, "/reset-password"), new_password = chosen.Password });
        Assert.That(finished.Status, Is.EqualTo(HttpStatusCode.NoContent), finished.Text);
        await nodes.Old.LoginAsync(chosen);
        await nodes.New.LoginAsync(chosen);
        Assert.That((await nodes.Old.SignInAsync(user)).Code, Is.EqualTo("invalid_credentials"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_sign_in_is_begun_on_one_and_finished_on_the_other_and_its_code_works_once(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = await TwoVersions.RegisterAsync(one, nodes.Mail);
        var (app, _) = await EarlierState.AddAuthenticatorAsync(one, user);
        var code = app.CodeAt(DateTimeOffset.UtcNow.AddSeconds(30));
        var finished = await other.FinishAsync(await one.BeginAsync(user), "totp", code);
        Assert.That(finished.Status, Is.EqualTo(HttpStatusCode.OK), finished.Text);
        Assert.That((await one.FinishAsync(await other.BeginAsync(user), "totp", code)).Code, Is.EqualTo("invalid_code"));
        var mailed = await one.PostAsync("/mfa/email", null, finished.Tokens.Access);
        Assert.That(mailed.Status, Is.EqualTo(HttpStatusCode.NoContent).Or.EqualTo(HttpStatusCode.OK), mailed.Text);
        var begun = await one.BeginAsync(user);
        Assert.That((await other.PostAsync("/auth/mfa/email-code", new { mfa_token = begun })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var byMail = await one.FinishAsync(begun, "email", await nodes.Mail.SignInCodeAsync(user.Email));
        Assert.That(byMail.Status, Is.EqualTo(HttpStatusCode.OK), byMail.Text);
        Assert.That(await other.MeAsync(byMail.Tokens.Access), Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_browser_signed_in_on_one_is_signed_in_on_the_other_and_signed_out_on_both(bool oldFirst)
    {
        var (one, other) = oldFirst ? (nodes.OldNode.BaseAddress, nodes.NewNode.BaseAddress) : (nodes.NewNode.BaseAddress, nodes.OldNode.BaseAddress);
        var user = await TwoVersions.RegisterAsync(Pair(oldFirst).One, nodes.Mail);
        using var here = new PageClient(one);
        using var there = new PageClient(other);
        Assert.That((await here.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.Redirect));
        there.With("session", here.Cookie("session")!);
        foreach (var page in (string[])["/account", "/account/profile", "/account/sessions", "/account/activity", "/account/api-tokens", "/account/mfa", "/account/groups"])
        {
            Assert.That((await here.GetAsync(page)).Status, Is.EqualTo(HttpStatusCode.OK), page);
            Assert.That((await there.GetAsync(page)).Status, Is.EqualTo(HttpStatusCode.OK), page);
        }

        await there.SubmitAsync("/account", "/logout");
        await Patience.UntilAsync(async () => !await here.IsSignedInAsync());
        Assert.That(await there.IsSignedInAsync(), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_device_is_let_in_on_one_and_gets_its_tokens_on_the_other(bool oldFirst)
    {
        var (one, other) = Pair(oldFirst);
        var user = await TwoVersions.RegisterAsync(one, nodes.Mail);
        var shown = (await other.PostAsync("/auth/device", new { device_name = "a television" })).Json;
        using var browser = new PageClient(oldFirst ? nodes.OldNode.BaseAddress : nodes.NewNode.BaseAddress);
        await browser.LoginAsync(user);
        var approved = await browser.SubmitAsync("/device", "/device/confirm", ("user_code", shown.GetProperty("user_code").GetString()!));
        Assert.That(approved.Status, Is.EqualTo(HttpStatusCode.Redirect).Or.EqualTo(HttpStatusCode.OK), approved.Text);
        var answer = await other.PostAsync("/auth/device/token", new { device_code = shown.GetProperty("device_code").GetString() });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(await one.MeAsync(answer.Tokens.Access), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_audit_trail_of_both_verifies()
    {
        var user = await TwoVersions.RegisterAsync(nodes.Old, nodes.Mail);
        await nodes.New.LoginAsync(user);
        var verification = nodes.NewNode.Services.GetRequiredService<AuditVerification>();
        await Patience.UntilAsync(async () => await verification.RunAsync([], CancellationToken.None) is { IsWhole: true, Waiting: 0 });
    }

    [Test]
    public async Task The_old_version_starts_again_on_the_migrated_database()
    {
        await nodes.RestartOldAsync();
        var user = await TwoVersions.RegisterAsync(nodes.Old, nodes.Mail);
        var tokens = await nodes.Old.LoginAsync(user);
        Assert.That(await nodes.New.MeAsync(tokens.Access), Is.EqualTo(HttpStatusCode.OK));
    }

    private (NodeClient One, NodeClient Other) Pair(bool oldFirst) => oldFirst ? (nodes.Old, nodes.New) : (nodes.New, nodes.Old);
}
