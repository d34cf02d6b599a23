using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Access;

/// <summary>Puts the owner's things in place of the ids in a route, new ones each time: what one actor ends is there for the next.</summary>
public static partial class AccessThings
{
    /// <summary>The path to ask for.</summary>
    public static async Task<string> PathAsync(TestApp app, AccessScene scene, string route)
    {
        var path = route;
        foreach (Match parameter in Parameter().Matches(route))
        {
            path = path.Replace(parameter.Value, await IdAsync(app, scene, route[..parameter.Index], parameter.Groups[1].Value), StringComparison.Ordinal);
        }

        return $"/{path}";
    }

    private static async Task<string> IdAsync(TestApp app, AccessScene scene, string before, string name)
    {
        var owner = scene[Actor.Owner];
        return (before.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1], name) switch
        {
            ("sessions", _) => $"{(await app.OpenBrowserSessionAsync(owner)).Id}",
            ("api-tokens", _) => await AddAsync(app, "INSERT INTO api_tokens VALUES ($2, $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null)", owner.Id),
            ("devices", _) => await AddAsync(app, "INSERT INTO known_devices (id, user_id, browser_id, key_hash, created_at, last_seen_at, trusted_until) VALUES ($2, $1, $2, decode(md5(random()::text), 'hex'), now(), now(), now() + interval '1 day')", owner.Id),
            ("groups", _) => $"{await scene.NewGroupAsync()}",
            ("members", _) => $"{scene.Bystander.Id}",
            ("invitations", _) => await AddAsync(
                app,
                """
                INSERT INTO group_invitations (id, group_id, email, normalized_email, role, token_hash, code_hash, code_tries, created_at, expires_at)
                VALUES ($2, $1, $2::text || '@example.org', upper($2::text || '@example.org'), 'member', decode(md5(random()::text), 'hex'), decode(md5(random()::text), 'hex'), 0, now(), now() + interval '1 day')
                """,
                scene.Group),
            ("roles", _) => await AddAsync(app, "INSERT INTO roles (id, name, normalized_name) SELECT $2, name, upper(name) FROM (SELECT 'r' || replace($2::text, '-', '') || left($1::text, 0) AS name) n", owner.Id),
            ("users", _) => $"{(await app.CreateUserAsync()).Id}",
            ("audit", _) => await AddAsync(app, "INSERT INTO security_events (id, at, kind, user_id) VALUES ($2, now(), 'signed_in', $1)", owner.Id),
            ("outbox", _) => await AddAsync(
                app,
                """
                INSERT INTO outbox_messages (id, channel, kind, created_at, attempts, next_attempt_at, failed_at, body)
                VALUES ($2, 'mail', 'confirm_email', now(), 1, now(), now(), left($1::text, 0)::bytea)
                """,
                owner.Id),
            ("clients" or "applications", _) => await ApplicationAsync(app, owner),
            ("logos", _) => await LogoAsync(app),
            ("external-logins", _) => await AddAsync(app, "INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES ($2, $1, 'https://idp.example.org/', $2::text, 'house', now())", owner.Id),
            ("passkeys", _) => await PasskeyAsync(app, owner),
            _ => $"{Guid.NewGuid()}",
        };
    }

    private static async Task<string> AddAsync(TestApp app, string sql, Guid of)
    {
        var id = Guid.CreateVersion7();
        await app.QueryAsync<object>(sql, of, id);
        return $"{id}";
    }

    private static async Task<string> ApplicationAsync(TestApp app, TestUser owner)
    {
        using var application = await OidcClient.CreateAsync(app);
        await app.QueryAsync<object>(
            "INSERT INTO application_consents (user_id, application_id, scopes, granted_at) SELECT $1, id, '{openid}', now() FROM applications WHERE client_id = $2", owner.Id, application.ClientId);
        return application.ClientId;
    }

    private static async Task<string> LogoAsync(TestApp app)
    {
        using var application = await OidcClient.CreateAsync(app);
        return (await app.QueryAsync<string>(
            "INSERT INTO application_logos SELECT id, md5(client_id), 'image/png', decode('89504e47', 'hex') FROM applications WHERE client_id = $1 RETURNING hash", application.ClientId))!;
    }

    private static async Task<string> PasskeyAsync(TestApp app, TestUser owner)
    {
        using var passkey = await SoftPasskey.AddAsync(app, owner);
        return passkey.PathId;
    }

    [GeneratedRegex(@"\{(\w+)(?::\w+)?\}")]
    private static partial Regex Parameter();
}
