using WebApp.Tests.Support;
using ApiScope = WebApp.Features.Tokens.ApiScope;

namespace WebApp.Tests.Features.SignIn;

/// <summary>A user, signed in on pages and API, who does something sensitive some time later.</summary>
public sealed class SensitiveScene : IDisposable
{
    // Without the last use of an API token, which is written a little later.
    private const string State = """
        SELECT concat_ws(' | ',
            (SELECT u::text FROM users u WHERE u.id = $1),
            (SELECT t::text FROM totp_credentials t WHERE t.user_id = $1),
            (SELECT md5(string_agg(r::text, ';' ORDER BY r.id)) FROM recovery_codes r WHERE r.user_id = $1),
            (SELECT md5(string_agg(p::text, ';' ORDER BY p.credential_id)) FROM user_passkeys p WHERE p.user_id = $1),
            (SELECT count(*) || ' challenges' FROM passkey_challenges c WHERE c.user_id = $1),
            (SELECT md5(string_agg((to_jsonb(a) - 'last_used_at')::text, ';' ORDER BY a.id)) FROM api_tokens a WHERE a.user_id = $1),
            (SELECT md5(string_agg(s::text, ';' ORDER BY s.id)) FROM one_time_secrets s WHERE s.user_id = $1),
            (SELECT count(*) || ' sessions, ' || count(revoked_at) || ' ended' FROM sessions s WHERE s.user_id = $1),
            (SELECT count(*) || ' events' FROM security_events e WHERE e.user_id = $1))
        """;

    private readonly string bearer;
    private readonly ApiClient api;

    private SensitiveScene(TestApp app, TestUser user, ApiClient api, string bearer, TimeSpan wait) =>
        (App, User, this.api, this.bearer, Wait, Browser) = (app, user, api, bearer, wait, new(app));

    public TestApp App { get; }

    public TestUser User { get; }

    public PageClient Browser { get; }

    /// <summary>How long after signing in it is done.</summary>
    public TimeSpan Wait { get; }

    /// <summary>What stands for the id in the route.</summary>
    public string? Id { get; set; }

    /// <summary>What stands for another user's id in the route.</summary>
    public string? OtherId { get; set; }

    public static async Task<SensitiveScene> NewAsync(TestApp app, TimeSpan wait)
    {
        var user = await app.CreateUserAsync();
        var api = new ApiClient(app);
        var scene = new SensitiveScene(app, user, api, (await api.LoginAsync(user)).Access, wait);
        Assert.That((await scene.Browser.LoginAsync(user)).Location, Is.EqualTo("/account"));
        return scene;
    }

    /// <summary>A user with an authenticator app, a passkey and mailed codes, signed in on pages and API by mailed code.</summary>
    public static async Task<SensitiveScene> NewByMailedCodeAsync(TestApp app)
    {
        var user = await app.CreateMfaUserAsync();
        var api = new ApiClient(app);
        var tokens = await api.LoginWithCodeAsync(app, user);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        var scene = new SensitiveScene(app, user, api, tokens.Access, TimeSpan.Zero);
        await scene.Browser.LoginWithCodeAsync(app, user);
        using var passkey = await SoftPasskey.AddAsync(app, user);
        scene.Id = passkey.PathId;
        await app.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", user.Id);
        return scene;
    }

    /// <summary>The API session's access token.</summary>
    public string Bearer => bearer;

    /// <summary>Prepares, waits and does it; with the state of the account before and after.</summary>
    public async Task<(Answer? Page, Answer? Call, string Before, string After)> DoAsync(SensitiveOperation operation)
    {
        var body = operation.Prepare is { } prepare ? await prepare(this) : new { };
        App.Clock.Advance(Wait);
        var path = Path(operation);
        var before = await StateAsync();
        var page = operation.IsApi ? null : operation.Method == "GET" ? await Browser.GetAsync(path) : await Browser.SubmitAsync("/account", path, Fields(body));
        var call = operation.IsApi ? await api.SendAsync(new(operation.Method), path["/api/v1".Length..], operation.Method is "POST" or "PUT" or "PATCH" ? body : null, bearer) : null;
        return (page, call, before, await StateAsync());
    }

    /// <summary>Prepares it and sends it at once with an API token that has every scope its owner can give it.</summary>
    public async Task<(Answer Call, string Before, string After)> DoByApiTokenAsync(SensitiveOperation operation)
    {
        var body = operation.Prepare is { } prepare ? await prepare(this) : new { };
        var permissions = (await api.GetAsync("/me", bearer)).Json.GetProperty("permissions").EnumerateArray().Select(name => name.GetString()!).ToArray();
        var token = await api.CreateTokenAsync(bearer, [.. ApiScope.OwnedBy(permissions).Select(scope => scope.Name)]);
        var before = await StateAsync();
        var call = await api.SendAsync(new(operation.Method), Path(operation)["/api/v1".Length..], operation.Method is "POST" or "PUT" or "PATCH" ? body : null, token);
        return (call, before, await StateAsync());
    }

    /// <inheritdoc/>
    public void Dispose() => Browser.Dispose();

    // Where nothing was prepared, there is only the id of a passkey, which is no UUID.
    private string Path(SensitiveOperation operation) =>
        $"/{operation.Route.Replace("{id:guid}", Guid.TryParse(Id, out var id) ? id.ToString() : Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{id}", Id, StringComparison.Ordinal).Replace("{clientId}", Id, StringComparison.Ordinal)
            .Replace("{userId:guid}", OtherId, StringComparison.Ordinal).Replace("{sessionId:guid}", OtherId, StringComparison.Ordinal).Replace("{tokenId:guid}", OtherId, StringComparison.Ordinal)}";

    private static (string, string)[] Fields(object body) => [.. body.GetType().GetProperties().Select(p => (p.Name, $"{p.GetValue(body)}"))];

    private async Task<string> StateAsync() => (await App.QueryAsync<string>(State, User.Id))!;
}
