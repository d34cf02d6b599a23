namespace WebApp.Tests.Features.SignIn;

/// <summary>The routes that are no <see cref="SensitiveOperation"/>.</summary>
public static class InsensitiveOperations
{
    /// <summary>
    /// What changes something and asks for no recent authentication, on purpose: what signs in, out or up again, what proves itself by a mailed
    /// secret, what only takes access away, and what is no credential.
    /// </summary>
    public static IEnumerable<string> All =>
    [
        "POST setup", "POST register", "POST confirm-email", "POST confirm-email/decline", "POST confirm-email/resend", "POST confirm-email/password", "POST login", "POST login/passkey", "POST login/mfa", "POST login/mfa/email-code", "POST login/mfa/passkey", "POST login/localhost",
        "POST passkeys/options", "POST logout",
        "POST reauthenticate", "POST reauthenticate/email-code", "POST reauthenticate/passkey", "POST reauthenticate/external/{name}", "POST login/external/{name}", "POST register/external", "POST account/external-logins/decline",
        "POST forgot-password", "POST reset-password", "POST not-me", "POST undo-email-change",
        "POST confirm-email-change", // Asking for the change was the sensitive half.
        "POST account/profile",
        "POST account/groups", "POST account/groups/{id:guid}/rename", "POST account/groups/{id:guid}/leave",
        "POST account/groups/{id:guid}/members/{userId:guid}/remove", "POST account/groups/{id:guid}/invitations",
        "POST account/groups/{id:guid}/invitations/{invitationId:guid}/resend", "POST account/groups/{id:guid}/invitations/{invitationId:guid}/revoke",
        "POST invitations/accept", "POST invitations/decline",
        "POST account/sessions/{id:guid}/end", "POST account/sessions/end-others", "POST account/sessions/devices/{id:guid}/forget",
        "POST account/mfa/recovery-codes/download", // What is on the page already.
        "POST device/deny",
        "POST admin/impersonation/end", // Only gives the administrator his own session back.

        "POST connect/authorize", "POST connect/logout", // They ask for it where the application wants it.
        "POST account/applications/{clientId}/withdraw", "DELETE api/v1/consents", // Only take access away.

        "POST api/v1/auth/register", "POST api/v1/auth/confirm-email", "POST api/v1/auth/login", "POST api/v1/auth/bootstrap", "POST api/v1/auth/admin-login", "POST api/v1/auth/mfa", "POST api/v1/auth/mfa/email-code",
        "POST api/v1/auth/device", "POST api/v1/auth/device/token", // Letting the device in is the sensitive half.
        "POST api/v1/auth/refresh", "POST api/v1/auth/logout", "POST api/v1/auth/logout-everywhere",
        "POST api/v1/auth/reauthenticate", "POST api/v1/auth/reauthenticate/email-code",
        "POST api/v1/auth/forgot-password", "POST api/v1/auth/reset-password", "POST api/v1/password/strength",
        "POST api/v1/tokens/introspect", "POST api/v1/tokens/revoke",
        "POST api/v1/groups", "PATCH api/v1/groups/{id:guid}", "DELETE api/v1/groups/{id:guid}/members/{userId:guid}", "POST api/v1/invitations/accept",
        "POST api/v1/groups/{id:guid}/invitations", "DELETE api/v1/groups/{id:guid}/invitations/{invitationId:guid}",
        "PATCH api/v1/me", "DELETE api/v1/sessions", "DELETE api/v1/sessions/{id:guid}",
    ];
}
