using WebApp.Platform.Data;
using WebApp.Tests.Pages;

namespace WebApp.Tests.Support;

/// <summary>What a walk over every page needs: an account with one of everything, a live link of every mail, and the query of each page.</summary>
public sealed class PageWalk(TestApp app)
{
    private readonly ApiClient api = new(app);

    /// <summary>Everything a page or call asks for in its query, the live token among it.</summary>
    public static string Query(WayIn way, string token, Guid member) => way.Inputs.Length == 0 ? "" : "?" + string.Join('&', way.Inputs.Select(name => $"{name}={name.ToUpperInvariant() switch
    {
        "TOKEN" => token,
        "METHOD" => "email",
        "LIMIT" => "10",
        "PAGE" => "1",
        "ACT" => "lock",
        "ID" => $"{member}",
        "MINUTES" => "60",
        "RETURNURL" => "%2Faccount",
        _ => "",
    }}"));

    /// <summary>A live token of every kind of mailed link.</summary>
    public async Task<string[]> LinksAsync(TestUser user)
    {
        var newcomer = $"{Guid.NewGuid():N}@example.org";
        await api.PostAsync("/auth/register", new { email = newcomer, password = "Copper lantern over the 7 hills!" });
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var mover = await app.CreateUserAsync();
        using var page = await PageClient.SignInAsync(app, mover);
        var (moved, further) = ($"moved-{Guid.NewGuid():N}@example.org", $"further-{Guid.NewGuid():N}@example.org");
        await page.PostFormAsync("/account/email", ("Email", moved));
        await page.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(moved, "/confirm-email-change", app.BaseAddress)).Token));
        await page.PostFormAsync("/account/password", ("CurrentPassword", mover.Password), ("NewPassword", TestUser.NewPassword("Velvet harbour")));
        await page.PostFormAsync("/account/email", ("Email", further));
        return
        [
            (await Mailbox.NewestAsync(newcomer, "/confirm-email", app.BaseAddress)).Token,
            (await Mailbox.NewestAsync(user.Email, "/reset-password", app.BaseAddress)).Token,
            (await Mailbox.NewestAsync(mover.Email, "/undo-email-change", app.BaseAddress)).Token,
            (await Mailbox.NewestAsync(moved, "/not-me", app.BaseAddress)).Token,
            (await Mailbox.NewestAsync(further, "/confirm-email-change", app.BaseAddress)).Token,
        ];
    }

    /// <summary>Sessions, devices, factors, tokens and a sign-in under way, all the user's own; a token for the API, and every id there is.</summary>
    public async Task<(string Bearer, string[] Ids)> BelongingsAsync(TestUser user, TestUser member, PageClient owner)
    {
        await app.QueryAsync<object>("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", user.Id, Role.AdminId);
        Assert.That((await owner.LoginAsync(user)).Location, Is.EqualTo("/account"));
        var bearer = (await api.LoginAsync(user)).Access;
        Assert.That((await api.PostAsync("/api-tokens", new { name = "Backup" }, bearer)).Json.GetProperty("token").GetString(), Is.Not.Null);
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var half = new PageClient(app);
        await half.LoginAsync(await app.CreateMfaUserAsync());
        owner.With("pending", half.Cookies["pending"]);
        await api.PostAsync("/admin/roles", new { name = "helper", permissions = new[] { "users.read" } }, bearer);
        var group = await api.CreateGroupAsync(bearer, "Sunday choir");
        await api.PostAsync($"/groups/{group}/invitations", new { email = "guest@example.org" }, bearer);
        await app.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", group, member.Id);
        await app.QueryAsync<object>("INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, 'https://idp.example.org/', 'ada', 'house', now())", user.Id);
        var client = (await api.PostAsync("/admin/clients", new { name = "Wiki", redirect_uris = new[] { "https://wiki.example.org/callback" } }, bearer)).Json.GetProperty("client_id").GetString()!;
        await app.QueryAsync<object>("WITH one AS (UPDATE applications SET logo_hash = md5(client_id) WHERE client_id = $1 RETURNING id, logo_hash) INSERT INTO application_logos SELECT id, logo_hash, 'image/png', decode('89504e47', 'hex') FROM one", client);
        var ids = await app.QueryAsync<string[]>(
            """
            SELECT array_agg(id) FROM (
                SELECT id::text FROM sessions UNION ALL SELECT id::text FROM known_devices UNION ALL SELECT id::text FROM api_tokens UNION ALL SELECT id::text FROM groups UNION ALL SELECT id::text FROM roles UNION ALL SELECT id::text FROM group_invitations UNION ALL SELECT id::text FROM external_logins UNION ALL SELECT hash FROM application_logos UNION ALL (SELECT id::text FROM users LIMIT 3) UNION ALL (SELECT id::text FROM security_events LIMIT 2) UNION ALL (SELECT id::text FROM outbox_messages LIMIT 2)) every (id)
            """);
        return (bearer, [passkey.PathId, client, .. ids!]);
    }
}
