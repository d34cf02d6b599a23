using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Something that only a recently authenticated user may do.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route as the endpoint has it.</param>
/// <param name="Prepare">Sets the scene and returns what to send, so that nothing but the age of the authentication stands in the way.</param>
public sealed partial record SensitiveOperation(string Method, string Route, Func<SensitiveScene, Task<object>>? Prepare = null)
{
    private const string Password = "Velvet harbour 7 morning!";

    private const string MailedCodes = "UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1";

    private static readonly string[] Scopes = ["profile.read"];

    private static readonly string[] Callback = ["https://wiki.example.org/callback"];

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
        new("GET", "account/external-logins/confirm"),
        new("POST", "account/external-logins/confirm", PendingExternalLoginAsync),
        new("POST", "account/external-logins/link/{name}"),
        new("GET", "account/external-logins/{id:guid}/unlink", ExternalLoginAsync),
        new("POST", "account/external-logins/{id:guid}/unlink", ExternalLoginAsync),
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
        .. from act in (string[])["lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions", "edit", "delete"]
           from method in (string[])["GET", "POST"]
           select new SensitiveOperation(method, $"admin/users/{{id:guid}}/{act}", AnotherAsync),
        .. from act in (string[])["confirm-email", "invite"]
           from method in (string[])["GET", "POST"]
           select new SensitiveOperation(method, $"admin/users/{{id:guid}}/{act}", UnfinishedAsync),
        .. from method in (string[])["GET", "POST"]
           from operation in (SensitiveOperation[])
           [
               new(method, "admin/users/new", NewUserAsync),
               new(method, "admin/users/bulk", async s => new { act = "lock", id = await OtherUserAsync(s) }),
               new(method, "admin/users/{id:guid}/sessions/{sessionId:guid}/end", SessionOfAnotherAsync),
               new(method, "admin/users/{id:guid}/api-tokens/{tokenId:guid}/revoke", TokenOfAnotherAsync),
               new(method, "admin/applications/new", ApplicationAsync),
               new(method, "admin/applications/{clientId}", ApplicationAsync),
               new(method, "admin/applications/{clientId}/delete", ApplicationAsync),
           ]
           select operation,
        new("POST", "admin/applications/{clientId}/secret", ApplicationAsync),
        new("POST", "admin/applications/{clientId}/secret/drop-older", ApplicationAsync),
        new("POST", "admin/applications/{clientId}/logo", ApplicationWithLogoAsync),
        new("POST", "admin/applications/{clientId}/logo/remove", ApplicationWithLogoAsync),
        new("POST", "admin/users/export", AdministratorAsync),
        new("POST", "admin/settings/registration", async s => new { Mode = "Open", _ = await AdministratorAsync(s) }),
        new("POST", "admin/settings/test-mail", AdministratorAsync),
        new("POST", "admin/outbox/test-webhook", async s => new { receiver = "0", _ = await AdministratorAsync(s) }),
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
        new("DELETE", "api/v1/admin/users/{id:guid}", AnotherAsync),
        new("POST", "api/v1/admin/users", NewUserAsync),
        new("DELETE", "api/v1/admin/users/{id:guid}/sessions/{sessionId:guid}", SessionOfAnotherAsync),
        new("DELETE", "api/v1/admin/users/{id:guid}/api-tokens/{tokenId:guid}", TokenOfAnotherAsync),
        new("POST", "api/v1/admin/clients", ApplicationAsync),
        new("PUT", "api/v1/admin/clients/{clientId}", ApplicationAsync),
        new("POST", "api/v1/admin/clients/{clientId}/secret", ApplicationAsync),
        new("DELETE", "api/v1/admin/clients/{clientId}", ApplicationAsync),
        .. from act in (string[])["lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions"]
           select new SensitiveOperation("POST", $"api/v1/admin/users/{{id:guid}}/{act}", AnotherAsync),
        .. from act in (string[])["confirm-email", "invite"]
           select new SensitiveOperation("POST", $"api/v1/admin/users/{{id:guid}}/{act}", UnfinishedAsync),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Route}";
}
