using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>Something that a permission allows to do, and to whom it is done.</summary>
/// <param name="Name">Method and route, as the endpoint has them, and in which of several ways.</param>
/// <param name="Prepare">Sets the scene for an account and returns what to send; null where it is done to nobody's account.</param>
public sealed record AdministrativeAct(string Name, Func<TestApp, TestUser, Task<(string Path, object Body)>>? Prepare = null)
{
    /// <summary>Method and route.</summary>
    public string Endpoint => Name.Split(" (")[0];

    /// <summary>True for a call of the API, false for a form of the console.</summary>
    public bool IsApi => Endpoint.Contains(" api/", StringComparison.Ordinal);

    /// <summary>Every one there is. A new one gets its line here.</summary>
    public static IEnumerable<AdministrativeAct> All =>
    [
        .. from act in (string[])["lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions", "confirm-email", "invite"]
           from prefix in (string[])["api/v1/admin", "admin"]
           select new AdministrativeAct($"POST {prefix}/users/{{id:guid}}/{act}", async (app, user) =>
           {
               // So that unlocking changes something as well.
               await app.QueryAsync<object>("UPDATE users SET lockout_end = $2 WHERE id = $1 AND $3", user.Id, DateTimeOffset.UnixEpoch, act == "unlock");
               await app.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1 AND $2", user.Id, act == "confirm-email");
               await app.QueryAsync<object>("UPDATE users SET password_hash = NULL WHERE id = $1 AND $2", user.Id, act == "invite");
               return ($"/{prefix}/users/{user.Id}/{act}", new { });
           }),
        new("POST admin/users/{id:guid}/delete", (_, user) => Sent($"/admin/users/{user.Id}/delete", new { })),
        new("POST admin/users/{id:guid}/edit", (_, user) => Sent($"/admin/users/{user.Id}/edit", new { DisplayName = "Mallory" })),
        new("POST admin/users/bulk (locked)", (_, user) => Sent("/admin/users/bulk", new { act = "lock", id = user.Id })),
        new("POST admin/users/bulk (deleted)", (_, user) => Sent("/admin/users/bulk", new { act = "delete", id = user.Id })),
        new("POST admin/users/{id:guid}/sessions/{sessionId:guid}/end", async (app, user) =>
            ($"/admin/users/{user.Id}/sessions/{(await app.OpenBrowserSessionAsync(user)).Id}/end", new { })),
        new("POST admin/users/{id:guid}/api-tokens/{tokenId:guid}/revoke", async (app, user) => ($"/admin/users/{user.Id}/api-tokens/{await TokenAsync(app, user)}/revoke", new { })),
        new("DELETE api/v1/admin/users/{id:guid}", (_, user) => Sent($"/api/v1/admin/users/{user.Id}", new { })),
        new("DELETE api/v1/admin/users/{id:guid}/sessions/{sessionId:guid}", async (app, user) =>
            ($"/api/v1/admin/users/{user.Id}/sessions/{(await app.OpenBrowserSessionAsync(user)).Id}", new { })),
        new("DELETE api/v1/admin/users/{id:guid}/api-tokens/{tokenId:guid}", async (app, user) => ($"/api/v1/admin/users/{user.Id}/api-tokens/{await TokenAsync(app, user)}", new { })),
        new("PATCH api/v1/admin/users/{id:guid}", (_, user) => Sent($"/api/v1/admin/users/{user.Id}", new { display_name = "Mallory" })),
        new("PUT api/v1/admin/users/{id:guid}/roles (an empty role is given)", async (app, user) =>
            ($"/api/v1/admin/users/{user.Id}/roles", new { roles = new[] { $"r{await EmptyRoleAsync(app):N}" }.Concat(await RolesAsync(app, user)) })),
        new("PUT api/v1/admin/users/{id:guid}/roles (an empty role is taken)", async (app, user) =>
        {
            var roles = await RolesAsync(app, user);
            await app.GiveAsync(user, await EmptyRoleAsync(app));
            return ($"/api/v1/admin/users/{user.Id}/roles", new { roles });
        }),
        new("POST admin/users/{id:guid}/roles (an empty role is taken)", async (app, user) =>
        {
            var roles = await RolesAsync(app, user);
            await app.GiveAsync(user, await EmptyRoleAsync(app));
            return ($"/admin/users/{user.Id}/roles", new { roles = roles.First(role => role != "user" || roles.Length == 1) });
        }),
        new("PUT api/v1/admin/roles/{id:guid}", async (app, user) => ($"/api/v1/admin/roles/{await HeldRoleAsync(app, user)}", new { name = $"x{Guid.NewGuid():N}" })),
        new("DELETE api/v1/admin/roles/{id:guid}", async (app, user) => ($"/api/v1/admin/roles/{await HeldRoleAsync(app, user)}?force=true", new { })),
        new("POST admin/roles/{id:guid}", async (app, user) => ($"/admin/roles/{await HeldRoleAsync(app, user)}", new { Name = $"x{Guid.NewGuid():N}" })),
        new("POST admin/roles/{id:guid}/delete", async (app, user) => ($"/admin/roles/{await HeldRoleAsync(app, user)}/delete", new { })),
        new("POST admin/users/{id:guid}/impersonate", (_, user) => Sent($"/admin/users/{user.Id}/impersonate", new { Reason = "asked to look" })),
        new("POST admin/groups/{id:guid}/rename", async (app, user) => ($"/admin/groups/{(await GroupAsync(app, owner: user)).Id}/rename", new { Name = "Renamed" })),
        new("POST admin/groups/{id:guid}/delete", async (app, user) => ($"/admin/groups/{(await GroupAsync(app, owner: user)).Id}/delete", new { })),
        new("POST admin/groups/{id:guid}/members/{userId:guid}/hand-over (away from them)", async (app, user) =>
        {
            var (group, member) = await GroupAsync(app, owner: user);
            return ($"/admin/groups/{group}/members/{member}/hand-over", new { });
        }),
        new("POST admin/groups/{id:guid}/members/{userId:guid}/hand-over (to them)", async (app, user) =>
        {
            var (group, _) = await GroupAsync(app, member: user);
            return ($"/admin/groups/{group}/members/{user.Id}/hand-over", new { });
        }),

        // Done to nobody's account.
        new("POST api/v1/admin/clients"),
        new("PUT api/v1/admin/clients/{clientId}"),
        new("POST api/v1/admin/clients/{clientId}/secret"),
        new("DELETE api/v1/admin/clients/{clientId}"),
        new("POST admin/applications/new"),
        new("POST admin/applications/{clientId}"),
        new("POST admin/applications/{clientId}/secret"),
        new("POST admin/applications/{clientId}/secret/drop-older"),
        new("POST admin/applications/{clientId}/logo"),
        new("POST admin/applications/{clientId}/logo/remove"),
        new("POST admin/applications/{clientId}/delete"),
        new("POST api/v1/admin/users"),
        new("POST admin/users/new"),
        new("POST admin/users/export"),
        new("POST admin/settings/registration"),
        new("POST admin/settings/test-mail"),
        new("POST api/v1/admin/roles"),
        new("POST admin/roles/new"),
        new("POST api/v1/admin/signing-keys/rotate"),
        new("POST admin/keys/rotate"),
        new("POST admin/outbox/{id:guid}/retry"),
        new("POST admin/outbox/test-webhook"),
        new("POST admin/outbox/retry-failed"),
        new("POST admin/audit/export"),
        new("POST admin/audit/verify"),
        new("POST api/v1/tokens/introspect"),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Task<(string, object)> Sent(string path, object body) => Task.FromResult((path, body));

    private static async Task<string[]> RolesAsync(TestApp app, TestUser user) =>
        (await app.QueryAsync<string[]>("SELECT array_agg(r.name) FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1", user.Id))!;

    private static Task<Guid> TokenAsync(TestApp app, TestUser user) => app.QueryAsync<Guid>(
        "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null) RETURNING id", user.Id);

    private static async Task<Guid> EmptyRoleAsync(TestApp app)
    {
        var role = Guid.CreateVersion7();
        await app.QueryAsync<object>("INSERT INTO roles (id, name, normalized_name) VALUES ($1, $2, upper($2))", role, $"r{role:N}");
        return role;
    }

    private static async Task<Guid> HeldRoleAsync(TestApp app, TestUser user)
    {
        var role = await EmptyRoleAsync(app);
        await app.GiveAsync(user, role);
        return role;
    }

    private static async Task<(Guid Id, Guid Member)> GroupAsync(TestApp app, TestUser? owner = null, TestUser? member = null)
    {
        owner ??= await app.CreateUserAsync();
        member ??= await app.CreateUserAsync();
        var id = await app.QueryAsync<Guid>("INSERT INTO groups VALUES (gen_random_uuid(), 'Choir', now()) RETURNING id");
        await app.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'owner', now()), ($1, $3, 'member', now())", id, owner.Id, member.Id);
        return (id, member.Id);
    }
}
