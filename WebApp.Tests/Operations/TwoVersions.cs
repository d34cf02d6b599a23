using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>A node of the last release and one of this version on one database, which the first one made and the second one migrated while it was in use.</summary>
internal sealed class TwoVersions : IAsyncDisposable
{
    private const string Issuer = "http://accounts.test";

    private TwoVersions(AppProcess oldNode, TestApp newNode, SmtpServer mail, string database) =>
        (OldNode, NewNode, Mail, Database, Old, New) = (oldNode, newNode, mail, database, new(oldNode.BaseAddress), new(newNode.BaseAddress));

    /// <summary>The process of the last release.</summary>
    public AppProcess OldNode { get; private set; }

    /// <summary>This version.</summary>
    public TestApp NewNode { get; }

    /// <summary>The mail server of both.</summary>
    public SmtpServer Mail { get; }

    /// <summary>The database of both.</summary>
    public string Database { get; }

    /// <summary>A client of the old node.</summary>
    public NodeClient Old { get; private set; }

    /// <summary>A client of the new node.</summary>
    public NodeClient New { get; }

    /// <summary>What the old node made before the new one was there.</summary>
    public required EarlierState Earlier { get; init; }

    /// <summary>What was answered wrong by the old node while the new one migrated and started, and how many rounds there were.</summary>
    public required (IReadOnlyCollection<string> Wrong, int Rounds) DuringMigration { get; init; }

    /// <summary>Starts the old node on an empty database, uses it, and starts the new one.</summary>
    public static async Task<TwoVersions> StartAsync()
    {
        var database = await TestServer.NewEmptyDatabaseAsync();
        var mail = new SmtpServer();
        var oldNode = await StartOldAsync(database, mail);
        using var old = new NodeClient(oldNode.BaseAddress);
        var earlier = await EarlierState.MakeAsync(old, mail);
        var users = new List<TestUser>();
        for (var i = 0; i < 3; i++)
        {
            users.Add(await RegisterAsync(old, mail));
        }

        var load = NodeLoad.Start(oldNode.BaseAddress, users);
        await Patience.UntilAsync(() => Task.FromResult(load.Rounds > users.Count));
        var newNode = await TestApp.StartAsync(database, null, Settings(mail, ":"));
        var before = load.Rounds;
        await Patience.UntilAsync(() => Task.FromResult(load.Rounds > before + users.Count || !load.Wrong.IsEmpty));
        await load.StopAsync();
        return new(oldNode, newNode, mail, database) { Earlier = earlier, DuringMigration = (load.Wrong, load.Rounds) };
    }

    /// <summary>A new account: registered and confirmed at one node.</summary>
    public static async Task<TestUser> RegisterAsync(NodeClient node, SmtpServer mail)
    {
        var user = NewUser();
        await BeginRegistrationAsync(node, user);
        var confirmed = await ConfirmAsync(node, mail, user);
        Assert.That(confirmed.Status, Is.EqualTo(HttpStatusCode.NoContent), confirmed.Text);
        return user;
    }

    /// <summary>Somebody without an account.</summary>
    public static TestUser NewUser() => new(Guid.Empty, $"user-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());

    /// <summary>Asks for an account.</summary>
    public static async Task BeginRegistrationAsync(NodeClient node, TestUser user)
    {
        var registered = await node.PostAsync("/auth/register", new { email = user.Email, password = user.Password });
        Assert.That(registered.Status, Is.EqualTo(HttpStatusCode.Accepted), registered.Text);
    }

    /// <summary>Confirms the newest registration that was mailed. The old version does not look at the password.</summary>
    public static async Task<Answer> ConfirmAsync(NodeClient node, SmtpServer mail, TestUser user) =>
        await node.PostAsync("/auth/confirm-email", new { token = await mail.TokenAsync(user.Email, "/confirm-email"), password = user.Password });

    /// <summary>Stops the old node and starts it again on the migrated database.</summary>
    public async Task RestartOldAsync()
    {
        await OldNode.DisposeAsync();
        OldNode = await StartOldAsync(Database, Mail);
        Old.Dispose();
        Old = new(OldNode.BaseAddress);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Old.Dispose();
        New.Dispose();
        await OldNode.DisposeAsync();
        await NewNode.DisposeAsync();
        await Mail.DisposeAsync();
    }

    private static Task<AppProcess> StartOldAsync(string database, SmtpServer mail) =>
        PreviousRelease.StartAsync(database, Settings(mail, "__"));

    // In arguments a key's parts stand behind colons, in the environment behind underscores.
    private static string[] Settings(SmtpServer mail, string colon) =>
        [$"Tokens{colon}Issuer={Issuer}", $"Email{colon}Smtp{colon}Host=127.0.0.1", $"Email{colon}Smtp{colon}Port={mail.Port}", $"Email{colon}From=accounts@example.org"];
}

/// <summary>What somebody had at the last release.</summary>
/// <param name="User">Who.</param>
/// <param name="Tokens">Their session.</param>
/// <param name="Ended">A session that they ended.</param>
/// <param name="ApiToken">Their API token.</param>
/// <param name="Guarded">Somebody with an authenticator app.</param>
/// <param name="App">It.</param>
/// <param name="RecoveryCode">A recovery code of theirs.</param>
internal sealed record EarlierState(TestUser User, ApiTokens Tokens, ApiTokens Ended, string ApiToken, TestUser Guarded, Authenticator App, string RecoveryCode)
{
    public static async Task<EarlierState> MakeAsync(NodeClient old, SmtpServer mail)
    {
        var user = await TwoVersions.RegisterAsync(old, mail);
        var (tokens, ended) = (await old.LoginAsync(user), await old.LoginAsync(user));
        Assert.That((await old.PostAsync("/auth/logout", null, ended.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        var apiToken = await old.PostAsync("/api-tokens", new { name = "made earlier" }, tokens.Access);
        var guarded = await TwoVersions.RegisterAsync(old, mail);
        var (app, codes) = await AddAuthenticatorAsync(old, guarded);
        return new(user, tokens, ended, apiToken.Json.GetProperty("token").GetString()!, guarded, app, codes[0]);
    }

    /// <summary>Signs in and adds an authenticator app, at any node.</summary>
    public static async Task<(Authenticator App, string[] RecoveryCodes)> AddAuthenticatorAsync(NodeClient node, TestUser user)
    {
        var tokens = await node.LoginAsync(user);
        var app = new Authenticator((await node.PostAsync("/mfa/totp", null, tokens.Access)).Json.GetProperty("secret").GetString()!);
        var confirmed = await node.PostAsync("/mfa/totp/confirm", new { code = app.CodeAt(DateTimeOffset.UtcNow) }, tokens.Access);
        Assert.That(confirmed.Status, Is.EqualTo(HttpStatusCode.OK), confirmed.Text);
        return (app, [.. confirmed.Json.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)]);
    }
}
