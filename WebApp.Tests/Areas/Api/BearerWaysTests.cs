using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using WebApp.Features.Passwords;
using WebApp.Tests.Features.SignIn;
using WebApp.Tests.Features.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api;

/// <summary>
/// Tokens are checked in two ways: directly at <c>GET /me</c>, and by JwtBearer, authorization and MVC at a probe that answers the same. Status, headers and body must
/// be equal in every case.
/// </summary>
public sealed partial class BearerWaysTests
{
    private const string MasterPassword = "Seven grey herons on the weir";

    private static string MasterHash { get; } = new PasswordHasher(Microsoft.Extensions.Options.Options.Create(new PasswordOptions { WorkFactor = 4 })).Hash(MasterPassword);

    [Test]
    public async Task Every_token_gets_the_same_answer()
    {
        await using var app = await Probes.StartAsync(null, $"Admin:MasterPasswordHash={MasterHash}");
        var api = new ApiClient(app);
        var expired = await api.LoginAsync(await app.CreateUserAsync());
        var expiredKey = await MakeApiTokenAsync(api, await app.CreateUserAsync(), "profile.read");
        app.Clock.Advance(TimeSpan.FromDays(2));

        var user = await app.CreateUserAsync("Ada");
        var good = await api.LoginAsync(user);
        var (readKey, otherKey, revokedKey) = (
            await MakeApiTokenAsync(api, user, "profile.read"), await MakeApiTokenAsync(api, user, "sessions.read"), await MakeApiTokenAsync(api, await app.CreateUserAsync(), "profile.read"));
        await app.QueryAsync<int>("UPDATE api_tokens SET revoked_at = now() WHERE token_hash = $1", SHA256.HashData(Encoding.ASCII.GetBytes(revokedKey)));
        var ended = await api.LoginAsync(user);
        await api.PostAsync("/auth/logout", null, ended.Access);
        var (locked, deleted) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        var (lockedTokens, deletedTokens, lockedKey) = (await api.LoginAsync(locked), await api.LoginAsync(deleted), await MakeApiTokenAsync(api, locked, "profile.read"));
        await app.QueryAsync<int>("UPDATE users SET lockout_end = $2 WHERE id = $1", locked.Id, app.Clock.GetUtcNow().AddYears(1));
        await app.QueryAsync<int>("DELETE FROM users WHERE id = $1", deleted.Id);
        var master = (await api.PostAsync("/auth/admin-login", new { master_password = MasterPassword })).Json.GetProperty("access_token").GetString();
        await Patience.UntilAsync(async () => (await api.GetAsync("/me", lockedKey)).Code == "token_revoked" && (await api.GetAsync("/me", revokedKey)).Code == "token_revoked");

        var parts = good.Access.Split('.');
        (string Case, string Code, string[] Headers)[] cases =
        [
            ("good", "", [$"Authorization: Bearer {good.Access}"]),
            ("scheme in lower case", "", [$"Authorization: bearer {good.Access}"]),
            ("good API token", "", [$"Authorization: Bearer {readKey}"]),
            ("nothing", "token_missing", []),
            ("empty header", "token_missing", ["Authorization:"]),
            ("another scheme", "token_missing", ["Authorization: Basic YTpi"]),
            ("scheme alone", "token_missing", ["Authorization: Bearer"]),
            ("token without scheme", "token_missing", [$"Authorization: {good.Access}"]),
            ("tab for a space", "token_missing", [$"Authorization: Bearer\t{good.Access}"]),
            ("two headers", "token_malformed", [$"Authorization: Bearer {good.Access}", $"Authorization: Bearer {good.Access}"]),
            ("another scheme first", "token_missing", ["Authorization: Basic YTpi", $"Authorization: Bearer {good.Access}"]),
            ("two in one header", "token_malformed", [$"Authorization: Bearer {good.Access}, Bearer {good.Access}"]),
            ("two spaces", "token_malformed", [$"Authorization: Bearer  {good.Access}"]),
            ("no token", "token_malformed", ["Authorization: Bearer x"]),
            ("forged", "token_invalid", [$"Authorization: Bearer {Forge.Sign($"{parts[0]}.{parts[1]}", new byte[32])}"]),
            ("unsigned", "token_invalid", [$"Authorization: Bearer {parts[0]}.{parts[1]}."]),
            ("unknown key", "token_invalid", [$"Authorization: Bearer {Forge.Token("""{"alg":"HS256","typ":"at+jwt","kid":"unknown"}""", Forge.Decode(parts[1]), new byte[32])}"]),
            ("refresh token", "token_invalid", [$"Authorization: Bearer {good.Refresh}"]),
            ("ended session", "token_revoked", [$"Authorization: Bearer {ended.Access}"]),
            ("expired", "token_expired", [$"Authorization: Bearer {expired.Access}"]),
            ("locked owner", "token_revoked", [$"Authorization: Bearer {lockedTokens.Access}"]),
            ("locked owner of an API token", "token_revoked", [$"Authorization: Bearer {lockedKey}"]),
            ("deleted owner", "token_revoked", [$"Authorization: Bearer {deletedTokens.Access}"]),
            ("API token without the scope", "forbidden", [$"Authorization: Bearer {otherKey}"]),
            ("revoked API token", "token_revoked", [$"Authorization: Bearer {revokedKey}"]),
            ("expired API token", "token_expired", [$"Authorization: Bearer {expiredKey}"]),
            ("unknown API token", "token_malformed", [$"Authorization: Bearer {readKey[..^1]}{(readKey[^1] == 'a' ? 'b' : 'a')}"]),
            ("malformed API token", "token_malformed", [$"Authorization: Bearer {readKey[..20]}"]),
            ("master password", "forbidden", [$"Authorization: Bearer {master}"]),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, code, headers) in cases)
            {
                await AssertSameAsync(app, name, code, headers);
            }
        }
    }

    [Test]
    public async Task Where_a_second_factor_is_required_both_ask_for_it()
    {
        await using var app = await Probes.StartAsync(null, "Mfa:Required=Everyone");
        var api = new ApiClient(app);
        var user = await app.CreateUserAsync();
        await AssertSameAsync(app, "access token", "mfa_enrolment_required", $"Authorization: Bearer {(await api.LoginAsync(user)).Access}");
    }

    [Test]
    public async Task Behind_a_proxy_that_names_somebody_else_both_refuse()
    {
        await using var app = await Probes.StartAsync(null, "Proxy:Trusted=127.0.0.1", "ProxyAuth:Enabled=true", "ProxyAuth:Match=Email");
        var (api, user, other) = (new ApiClient(app), await app.CreateUserAsync(), await app.CreateUserAsync());
        var token = (await api.LoginAsync(user)).Access;
        await AssertSameAsync(app, "the same user", "", $"Authorization: Bearer {token}", $"X-Remote-User: {user.Email}");
        await AssertSameAsync(app, "another user", "forbidden", $"Authorization: Bearer {token}", $"X-Remote-User: {other.Email}");
    }

    [Test]
    public async Task Who_guesses_must_wait_on_pages_and_API()
    {
        await using var app = await Probes.StartAsync(null, "Protection:IpPermitsPerMinute=4");
        await AssertSameAsync(app, "guess", "token_malformed", "Authorization: Bearer x");
        await AssertSameAsync(app, "guess", "token_malformed", "Authorization: Bearer x");
        await AssertSameAsync(app, "guess too many", "too_many_attempts", "Authorization: Bearer x");
    }

    [Test]
    public async Task Without_the_database_both_answer_503_and_not_401()
    {
        await using var wire = new Wire();
        var database = new NpgsqlConnectionStringBuilder(await TestServer.NewDatabaseAsync());
        wire.Connect(database.Port);
        database.Port = wire.Port;
        await using var app = await Probes.StartAsync(database.ConnectionString);
        var token = (await new ApiClient(app).LoginAsync(await app.CreateUserAsync())).Access;
        await wire.CutAsync();
        await Patience.UntilAsync(async () => (await new ApiClient(app).GetAsync("/me", token)).Code == "unavailable");
        await AssertSameAsync(app, "good", "unavailable", $"Authorization: Bearer {token}");
    }

    private static async Task<string> MakeApiTokenAsync(ApiClient api, TestUser user, params string[] scopes) =>
        (await api.PostAsync("/api-tokens", new { name = "x", scopes, expires_in_days = 1 }, (await api.LoginAsync(user)).Access)).Json.GetProperty("token").GetString()!;

    private static async Task AssertSameAsync(TestApp app, string name, string code, params string[] headers)
    {
        headers = [$"Host: {app.BaseAddress.Authority}", .. headers];
        var direct = await RawHttp.SendAsync(app, "GET /api/v1/me", "", headers);
        var framework = await RawHttp.SendAsync(app, "GET /api/v1/me-probe", "", headers);
        Assert.That(direct.Text, code.Length == 0 ? Does.StartWith("HTTP/1.1 200 ") : Does.Contain($"\"code\":\"{code}\""), name);
        Assert.That(Comparable(framework.Text), Is.EqualTo(Comparable(direct.Text)), name);
    }

    // Without what differs from request to request; the order of headers and the way of framing a body mean nothing.
    private static string Comparable(string answer)
    {
        var (head, body) = (answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)], answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]);
        var headers = head.Split("\r\n").Where(line => !Varies().IsMatch(line)).Order(StringComparer.Ordinal);
        return string.Join('\n', [.. headers, TraceId().Replace(body, "")]);
    }

    [GeneratedRegex("^(Date|Content-Length|Transfer-Encoding|Server-Timing):", RegexOptions.IgnoreCase)]
    private static partial Regex Varies();

    [GeneratedRegex("\"trace_id\":\"[^\"]*\"")]
    private static partial Regex TraceId();
}
