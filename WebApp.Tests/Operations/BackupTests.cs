using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit.Chain;
using WebApp.Tests.Operations.Commands;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>The database is dumped, restored into another, and served from there with the same <c>MASTER_KEY</c>.</summary>
[Category("Process")]
public sealed class BackupTests
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"webapp-backup-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteBackup() => File.Delete(file);

    [Test]
    public async Task A_dump_restores_accounts_sessions_and_sealed_data_and_brings_back_what_was_revoked_after_it()
    {
        string restored;
        BackedUpState state;
        await using (var app = await TestApp.StartAsync(settings: BackedUpState.Setting))
        {
            state = await BackedUpState.MakeAsync(app);
            await PostgresProgram.RunAsync("pg_dump", app.ConnectionString, "-Fc", "-f", file);
            await state.RevokeAsync();
            restored = await TestServer.NewEmptyDatabaseAsync();
        }

        await PostgresProgram.RunAsync("pg_restore", restored, "--no-owner", "--exit-on-error", "-d", new Npgsql.NpgsqlConnectionStringBuilder(restored).Database!, file);
        await using var after = await TestApp.StartAsync(restored, null, BackedUpState.Setting);
        await state.IsBackAsync(after);
        await state.EndAllAsync(after);
    }

    [Test]
    public async Task Nothing_is_ended_without_consent_and_API_tokens_can_be_kept()
    {
        await using var app = await TestApp.StartAsync();
        using var node = new NodeClient(app.BaseAddress);
        var tokens = await node.LoginAsync(await app.CreateUserAsync());
        var program = (await node.PostAsync("/api-tokens", new { name = "a program" }, tokens.Access)).Json.GetProperty("token").GetString()!;
        var (code, output, errors) = await ConsoleCommand.RunAsync(app.ConnectionString, "", "sessions", "end-all");
        Assert.That((code, output, errors), Is.EqualTo((2, "", "WebApp: Nothing was ended. --yes does it without asking.\n")));
        Assert.That(await node.MeAsync(tokens.Access), Is.EqualTo(HttpStatusCode.OK));

        Assert.That((await ConsoleCommand.RunAsync(app.ConnectionString, "", "sessions", "end-all", "--yes", "--keep-api-tokens")).ExitCode, Is.Zero);
        await Patience.UntilAsync(async () => await node.MeAsync(tokens.Access) == HttpStatusCode.Unauthorized);
        Assert.That(await node.MeAsync(program), Is.EqualTo(HttpStatusCode.OK));
    }
}

/// <summary>What users have at the time of a backup, and what becomes of it.</summary>
internal sealed class BackedUpState
{
    /// <summary>Tokens of the application before are tokens of the one after.</summary>
    public static readonly string Setting = "Tokens:Issuer=http://accounts.test";

    private NodeClient node = null!;
    private Authenticator authenticator = null!;
    private TestUser user = null!;
    private TestUser guarded = null!;
    private TestUser other = null!;
    private ApiTokens kept = null!;
    private ApiTokens ended = null!;
    private ApiTokens everywhere = null!;
    private ApiTokens later = null!;
    private string apiToken = "";
    private Guid apiTokenId;
    private string newPassword = "";

    /// <summary>Makes it.</summary>
    public static async Task<BackedUpState> MakeAsync(TestApp app)
    {
        var state = new BackedUpState { node = new(app.BaseAddress), user = await app.CreateUserAsync(), guarded = await app.CreateUserAsync(), other = await app.CreateUserAsync() };
        (state.kept, state.ended) = (await state.node.LoginAsync(state.user), await state.node.LoginAsync(state.user));
        state.everywhere = await state.node.LoginAsync(state.other);
        var made = await state.node.PostAsync("/api-tokens", new { name = "a program" }, state.kept.Access);
        (state.apiToken, state.apiTokenId) = (made.Json.GetProperty("token").GetString()!, made.Json.GetProperty("id").GetGuid());
        (state.authenticator, _) = await EarlierState.AddAuthenticatorAsync(state.node, state.guarded);
        return state;
    }

    /// <summary>After the backup: ends, revokes and changes, and makes a session that the backup does not hold.</summary>
    public async Task RevokeAsync()
    {
        newPassword = TestUser.NewPassword("Silver harbour");
        Assert.That((await node.PostAsync("/auth/logout", null, ended.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await node.DeleteAsync($"/api-tokens/{apiTokenId}", kept.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await node.PostAsync("/password", new { current_password = user.Password, new_password = newPassword }, kept.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await node.PostAsync("/auth/logout-everywhere", null, everywhere.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        later = await node.LoginAsync(other); // Of the raised token version.
        node.Dispose();
    }

    /// <summary>The restored database is as at the time of the backup: nothing of what came after is there, and what was revoked since then is alive.</summary>
    public async Task IsBackAsync(TestApp restored)
    {
        node = new(restored.BaseAddress);
        foreach (var token in (string[])[kept.Access, ended.Access, everywhere.Access, apiToken])
        {
            Assert.That(await node.MeAsync(token), Is.EqualTo(HttpStatusCode.OK));
        }

        Assert.That((await node.PostAsync("/auth/refresh", new { refresh_token = later.Refresh })).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "The session is not in the backup.");
        Assert.That((await node.SignInAsync(user with { Password = newPassword })).Code, Is.EqualTo("invalid_credentials"));
        await node.LoginAsync(user);
        var refreshed = await node.PostAsync("/auth/refresh", new { refresh_token = kept.Refresh });
        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
        var code = await node.FinishAsync(await node.BeginAsync(guarded), "totp", authenticator.CodeAt(DateTimeOffset.UtcNow.AddSeconds(30)));
        Assert.That(code.Status, Is.EqualTo(HttpStatusCode.OK), code.Text);
        var verification = restored.Services.GetRequiredService<AuditVerification>();
        await Patience.UntilAsync(async () => await verification.RunAsync([], CancellationToken.None) is { IsWhole: true, Waiting: 0 });
    }

    /// <summary>The command after a restore ends it all, tokens that were made after the backup too; passwords and factors stay.</summary>
    public async Task EndAllAsync(TestApp restored)
    {
        var (code, output, errors) = await ConsoleCommand.RunAsync(restored.ConnectionString, "", "sessions", "end-all", "--yes");
        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Match(@"\AOf \d+ users, \d+ sessions have ended and 1 API tokens are revoked\.\n\z"));
        foreach (var token in (string[])[kept.Access, ended.Access, everywhere.Access, later.Access, apiToken])
        {
            await Patience.UntilAsync(async () => await node.MeAsync(token) == HttpStatusCode.Unauthorized);
        }

        Assert.That((await node.PostAsync("/auth/refresh", new { refresh_token = ended.Refresh })).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await restored.QueryAsync<long>("SELECT count(*) FROM sessions WHERE revoked_at IS NULL"), Is.Zero);
        Assert.That(await restored.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'signed_out_everywhere' AND user_agent = 'WebApp sessions end-all'"), Is.EqualTo(3));
        var again = await node.LoginAsync(user);
        Assert.That(await node.MeAsync(again.Access), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(node.Failures, Is.Empty);
        node.Dispose();
    }
}
