using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Something that only a recently authenticated user may do.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route as the endpoint has it.</param>
/// <param name="Prepare">Sets the scene and returns what to send, so that nothing but the age of the authentication stands in the way.</param>
public sealed record SensitiveOperation(string Method, string Route, Func<SensitiveScene, Task<object>>? Prepare = null)
{
    private const string Password = "Velvet harbour 7 morning!";

    private const string MailedCodes = "UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1";

    private static readonly string[] Scopes = ["profile.read"];

    /// <summary>True for a call of the API, false for a page.</summary>
    public bool IsApi => Route.StartsWith("api/", StringComparison.Ordinal);

    /// <summary>Every one there is, the tests' own probes first. A new one gets its line here.</summary>
    public static IEnumerable<SensitiveOperation> All =>
    [
        new("GET", "probe"),
        new("POST", "probe"),
        new("GET", "account/password"),
        new("POST", "account/password", s => Task.FromResult<object>(new { CurrentPassword = s.User.Password, NewPassword = Password })),
        new("GET", "account/email"),
        new("POST", "account/email", _ => Task.FromResult<object>(new { Email = $"moved-{Guid.NewGuid():N}@example.org" })),
        new("GET", "account/data"),
        new("POST", "account/data/export"),
        new("POST", "account/data/delete", s => Task.FromResult<object>(new { Confirmation = s.User.Email })),
        new("POST", "account/api-tokens", _ => Task.FromResult<object>(new { Name = "Backup", Scopes = "profile.read", ExpiresInDays = 30 })),
        new("POST", "account/api-tokens/{id:guid}/revoke", ApiTokenAsync),
        new("POST", "account/api-tokens/revoke-all", ApiTokenAsync),
        new("GET", "account/mfa/totp"),
        new("POST", "account/mfa/totp/begin"),
        new("POST", "account/mfa/totp", async s => new { Code = await OfferPhoneAsync(s, "browser") }),
        new("POST", "account/mfa/totp/remove", PhoneAsync),
        new("GET", "account/mfa/email"),
        new("POST", "account/mfa/email"),
        new("POST", "account/mfa/email/remove", MailedCodesAsync),
        new("GET", "account/mfa/recovery-codes"),
        new("POST", "account/mfa/recovery-codes", MailedCodesAsync),
        new("GET", "account/passkeys/add"),
        new("POST", "account/passkeys/add/options"),
        new("POST", "account/passkeys/add", EnrolAsync),
        new("GET", "account/passkeys/{id}/rename", PasskeyAsync),
        new("POST", "account/passkeys/{id}/rename", PasskeyAsync),
        new("GET", "account/passkeys/{id}/remove", PasskeyAsync),
        new("POST", "account/passkeys/{id}/remove", PasskeyAsync),
        new("POST", "admin/audit/export", async s => new { format = "csv", Kind = "registered", _ = await AdministratorAsync(s) }),
        new("POST", "admin/audit/verify", AdministratorAsync),
        new("POST", "admin/outbox/{id:guid}/retry", FailedMailAsync),
        new("POST", "admin/outbox/retry-failed", FailedMailAsync),
        new("GET", "admin/keys/rotate", AdministratorAsync),
        new("POST", "admin/keys/rotate", AdministratorAsync),
        new("GET", "device"),
        new("GET", "device/confirm"),
        new("POST", "device", async s => new { user_code = (await Tv.AskAsync(s.App)).UserCode }),
        new("POST", "device/confirm", async s => new { user_code = (await Tv.AskAsync(s.App)).UserCode }),
        new("GET", "account/groups/{id:guid}/delete", OwnGroupAsync),
        new("POST", "account/groups/{id:guid}/delete", OwnGroupAsync),
        new("POST", "account/groups/{id:guid}/members/{userId:guid}/role", s => WithMemberAsync(s, "admin")),
        new("GET", "account/groups/{id:guid}/members/{userId:guid}/hand-over", s => WithMemberAsync(s, "owner")),
        new("POST", "account/groups/{id:guid}/members/{userId:guid}/hand-over", s => WithMemberAsync(s, "owner")),
        .. from act in (string[])["lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions"]
           from method in (string[])["GET", "POST"]
           select new SensitiveOperation(method, $"admin/users/{{id:guid}}/{act}", AnotherAsync),
        new("GET", "admin/users/{id:guid}/roles", RolesOfAnotherAsync),
        new("POST", "admin/users/{id:guid}/roles", async s =>
        {
            await RolesOfAnotherAsync(s);
            return new { Roles = "admin" };
        }),
        new("GET", "admin/users/{id:guid}/impersonate", AnotherAsync),
        new("POST", "admin/users/{id:guid}/impersonate", AnotherAsync),
        new("GET", "admin/roles/new", RoleAsync),
        new("POST", "admin/roles/new", RoleAsync),
        new("GET", "admin/roles/{id:guid}", RoleAsync),
        new("POST", "admin/roles/{id:guid}", RoleAsync),
        new("GET", "admin/roles/{id:guid}/delete", RoleAsync),
        new("POST", "admin/roles/{id:guid}/delete", RoleAsync),
        new("GET", "admin/groups/{id:guid}/rename", AnyGroupAsync),
        new("POST", "admin/groups/{id:guid}/rename", AnyGroupAsync),
        new("GET", "admin/groups/{id:guid}/delete", AnyGroupAsync),
        new("POST", "admin/groups/{id:guid}/delete", AnyGroupAsync),
        new("GET", "admin/groups/{id:guid}/members/{userId:guid}/hand-over", AnyGroupAsync),
        new("POST", "admin/groups/{id:guid}/members/{userId:guid}/hand-over", AnyGroupAsync),

        new("GET", "api/v1/probe"),
        new("POST", "api/v1/probe"),
        new("POST", "api/v1/password", s => Task.FromResult<object>(new { current_password = s.User.Password, new_password = Password })),
        new("POST", "api/v1/mfa/totp"),
        new("POST", "api/v1/mfa/totp/confirm", async s => new { code = await OfferPhoneAsync(s, "api") }),
        new("DELETE", "api/v1/mfa/totp", PhoneAsync),
        new("POST", "api/v1/mfa/email"),
        new("DELETE", "api/v1/mfa/email", MailedCodesAsync),
        new("POST", "api/v1/mfa/recovery-codes", MailedCodesAsync),
        new("POST", "api/v1/api-tokens", _ => Task.FromResult<object>(new { name = "Backup", scopes = Scopes, expires_in_days = 30 })),
        new("DELETE", "api/v1/api-tokens/{id:guid}", ApiTokenAsync),
        new("DELETE", "api/v1/api-tokens", ApiTokenAsync),
        new("DELETE", "api/v1/groups/{id:guid}", OwnGroupAsync),
        new("PATCH", "api/v1/groups/{id:guid}/members/{userId:guid}", s => WithMemberAsync(s, "admin")),
        new("POST", "api/v1/admin/signing-keys/rotate", AdministratorAsync),
        new("POST", "api/v1/admin/roles", RoleAsync),
        new("PUT", "api/v1/admin/roles/{id:guid}", RoleAsync),
        new("DELETE", "api/v1/admin/roles/{id:guid}", RoleAsync),
        new("PUT", "api/v1/admin/users/{id:guid}/roles", RolesOfAnotherAsync),
        new("PATCH", "api/v1/admin/users/{id:guid}", AnotherAsync),
        .. from act in (string[])["lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions"]
           select new SensitiveOperation("POST", $"api/v1/admin/users/{{id:guid}}/{act}", AnotherAsync),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Route}";

    private static async Task<object> ApiTokenAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null) RETURNING id",
            scene.User.Id)).ToString();
        return new { };
    }

    private static async Task<object> OwnGroupAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>("INSERT INTO groups VALUES (gen_random_uuid(), 'Choir', now()) RETURNING id")).ToString();
        await scene.App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'owner', now())", Guid.Parse(scene.Id), scene.User.Id);
        return new { };
    }

    private static async Task<object> WithMemberAsync(SensitiveScene scene, string role)
    {
        await OwnGroupAsync(scene);
        var member = await scene.App.CreateUserAsync();
        scene.OtherId = member.Id.ToString();
        await scene.App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", Guid.Parse(scene.Id!), member.Id);
        return new { role };
    }

    private static async Task<object> RoleAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO roles (id, name, normalized_name) SELECT id, 'r' || id, 'R' || upper(id::text) FROM gen_random_uuid() id RETURNING id")).ToString();
        return new { name = $"s{Guid.NewGuid():N}" };
    }

    private static async Task<object> AdministratorAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        return new { };
    }

    private static async Task<object> FailedMailAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO outbox_messages (id, channel, kind, created_at, attempts, next_attempt_at, failed_at, body) VALUES (gen_random_uuid(), 'mail', 'confirm_email', now(), 1, now(), now(), '\\x00') RETURNING id")).ToString();
        return await AdministratorAsync(scene);
    }

    private static async Task<object> RolesOfAnotherAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        scene.Id = (await scene.App.CreateUserAsync()).Id.ToString();
        return new { roles = new[] { "admin" } };
    }

    private static async Task<object> AnotherAsync(SensitiveScene scene)
    {
        await RolesOfAnotherAsync(scene);
        return new { display_name = "Somebody", Reason = "asked to look" };
    }

    private static async Task<object> AnyGroupAsync(SensitiveScene scene)
    {
        await WithMemberAsync(scene, "member");
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        return new { Name = "Renamed" };
    }

    private static async Task<object> PhoneAsync(SensitiveScene scene)
    {
        await scene.App.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", scene.User.Id);
        await scene.App.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", scene.User.Id);
        return new { };
    }

    private static async Task<string> OfferPhoneAsync(SensitiveScene scene, string kind)
    {
        var session = await scene.App.QueryAsync<Guid>("SELECT id FROM sessions WHERE user_id = $1 AND kind = $2 AND revoked_at IS NULL", scene.User.Id, kind);
        await using var services = scene.App.Services.CreateAsyncScope();
        var offer = await services.ServiceProvider.GetRequiredService<TotpEnrolment>().BeginAsync(new(scene.User.Id, session, new(null, null)), CancellationToken.None);
        return new Authenticator(offer!.Secret).CodeAt(scene.App.Clock.GetUtcNow() + scene.Wait);
    }

    private static async Task<object> MailedCodesAsync(SensitiveScene scene)
    {
        await scene.App.QueryAsync<object>(MailedCodes, scene.User.Id);
        return new { };
    }

    private static async Task<object> PasskeyAsync(SensitiveScene scene)
    {
        using var passkey = await SoftPasskey.AddAsync(scene.App, scene.User);
        scene.Id = passkey.PathId;
        return new { Name = "Renamed" };
    }

    private static async Task<object> EnrolAsync(SensitiveScene scene)
    {
        using var passkey = new SoftPasskey(scene.User.Id);
        var options = await scene.Browser.SubmitAsync("/account", "/account/passkeys/add/options");
        return new { Name = "Mine", Credential = passkey.Enrol(options.Text, new(scene.App.BaseAddress.GetLeftPart(UriPartial.Authority))) };
    }
}
