using System.Text;
using System.Text.Json.Nodes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// Members nobody documented, in every body and form there is (ASVS 15.3.3): with or without them the same happens to the sender, and
/// nothing to anybody else.
/// </summary>
public sealed class MassAssignmentTests : OwnApp
{
    private const string Facts =
        """
        SELECT concat_ws(' ', email_confirmed::text, lockout_end, lockout_enabled::text, access_failed_count, token_version, two_factor_enabled::text, phone_number, deletion_requested_at IS NULL, created_at = $2,
            (SELECT string_agg(role_id::text, ',' ORDER BY role_id) FROM user_roles WHERE user_id = u.id), (SELECT count(*) FROM user_claims WHERE user_id = u.id),
            (SELECT string_agg(concat_ws('/', kind, revoked_at IS NULL), ',' ORDER BY kind, revoked_at IS NULL) FROM sessions WHERE user_id = u.id),
            (SELECT count(*) FROM api_tokens WHERE user_id = u.id), (SELECT string_agg(scopes::text, ',') FROM api_tokens WHERE user_id = u.id))
        FROM users u WHERE id = $1
        """;

    private const string Others = "SELECT md5(string_agg(u::text, ';' ORDER BY id)) || (SELECT count(*) FROM user_roles WHERE user_id = ANY($1)) || (SELECT count(*) FROM sessions WHERE user_id = ANY($1) AND revoked_at IS NULL) FROM users u WHERE id = ANY($1)";

    private static readonly string[] Names =
    [
        "id", "user_id", "role", "roles", "role_id", "permissions", "email_confirmed", "email_verified", "lockout_end", "lockout_enabled", "access_failed_count", "token_version", "two_factor_enabled",
        "mfa_enabled", "password_hash", "security_stamp", "created_at", "deletion_requested_at", "phone_number", "normalized_email", "user_name", "is_admin", "admin", "amr", "auth_time", "session_id", "kind", "user",
    ];

    [Test]
    public async Task Extra_members_in_every_body_and_form_make_no_difference()
    {
        var victim = await App.CreateUserAsync("Victor");
        await Api.LoginAsync(victim);
        var ways = WayIn.All(App).Where(way => !way.Reads).ToArray();
        Assert.That(ways, Has.Length.GreaterThan(45));
        var accepted = 0;
        foreach (var way in ways)
        {
            var others = await App.QueryAsync<string>(Others, new[] { victim.Id });
            var plain = await TryAsync(way, victim, extra: false);
            var stuffed = await TryAsync(way, victim, extra: true);
            Assert.That(stuffed, Is.EqualTo(plain), $"{way}");
            Assert.That(await App.QueryAsync<string>(Others, new[] { victim.Id }), Is.EqualTo(others), $"{way}");
            accepted += plain.Status < 400 ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{accepted} of {ways.Length} accepted what they were sent");
        Assert.That(accepted, Is.GreaterThan(25), "the walk was to be let in");
    }

    private async Task<(int Status, string? Facts)> TryAsync(WayIn way, TestUser victim, bool extra)
    {
        var user = await App.CreateUserAsync("Ada");
        var created = await App.QueryAsync<DateTime>("SELECT created_at FROM users WHERE id = $1", user.Id);
        var tokens = await Api.LoginAsync(user);
        using var browser = await PageClient.SignInAsync(App, user);
        await browser.GetAsync("/account");
        using var request = way.IsApi ? Call(way, user, victim, tokens, extra) : Form(way, browser, user, victim, extra);
        var answer = await browser.SendAsync(request);
        return ((int)answer.Status, await App.QueryAsync<string>(Facts, user.Id, created));
    }

    private static HttpRequestMessage Call(WayIn way, TestUser user, TestUser victim, ApiTokens tokens, bool extra)
    {
        var body = new JsonObject();
        foreach (var name in way.Body)
        {
            if (Value(name, user, tokens.Refresh) is { } value)
            {
                body[name] = name == "scopes" ? new JsonArray("profile.read") : name == "expires_in_days" ? 30 : value;
            }
        }

        foreach (var name in extra ? Names.Except(way.Body) : [])
        {
            foreach (var spelt in new[] { name, Pascal(name), $"user.{name}" })
            {
                body[spelt] = Evil(name, victim);
            }
        }

        return new(way.Method, new Uri(way.Path(), UriKind.Relative))
        {
            Headers = { Authorization = new("Bearer", tokens.Access) },
            Content = way.Body.Length > 0 || extra ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") : null,
        };
    }

    private static HttpRequestMessage Form(WayIn way, PageClient browser, TestUser user, TestUser victim, bool extra)
    {
        var fields = way.Inputs.Select(name => (Name: name, Value: Value(name, user, "")!)).Where(field => field.Value is not null);
        var extras = extra
            ? Names.Where(name => !way.Inputs.Contains(Pascal(name))).SelectMany(name => new[] { Pascal(name), $"User.{Pascal(name)}", $"{Pascal(name)}[0]" }.Select(spelt => (spelt, $"{Evil(name, victim)}")))
            : [];
        return browser.Form(way.Path(), [.. fields, .. extras]);
    }

    private static string? Value(string name, TestUser user, string refresh) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "EMAIL" or "CONFIRMATION" => user.Email,
        "PASSWORD" or "CURRENTPASSWORD" => user.Password,
        "NEWPASSWORD" => "Velvet harbour over the 7 hills!",
        "DISPLAYNAME" => "Grace",
        "NAME" => "Backup",
        "REFRESHTOKEN" => refresh,
        "SCOPES" => "profile.read",
        "EXPIRESINDAYS" => "30",
        "PURPOSE" => "sign-in",
        "REMEMBERME" or "TRUSTDEVICE" => "false",
        _ => null,
    };

    private static JsonNode Evil(string name, TestUser victim) => name switch
    {
        "id" or "user_id" or "session_id" or "role_id" => victim.Id.ToString(),
        "roles" or "permissions" or "amr" => new JsonArray("admin"),
        "role" or "kind" or "user_name" or "normalized_email" or "password_hash" or "security_stamp" or "phone_number" => "admin",
        "lockout_end" or "created_at" or "deletion_requested_at" => "2000-01-01T00:00:00Z",
        "token_version" or "access_failed_count" or "auth_time" => 99,
        "user" => new JsonObject { ["id"] = victim.Id.ToString(), ["roles"] = new JsonArray("admin") },
        _ => true,
    };

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
