using static WebApp.Tests.Access.AccessRule;

namespace WebApp.Tests.Access;

/// <summary>The pages of the console in <see cref="AccessTable"/>.</summary>
public static class ConsoleAccessTable
{
    /// <summary>By method and route.</summary>
    public static IReadOnlyDictionary<string, AccessRule> All { get; } = new Dictionary<string, AccessRule>
    {
        ["GET admin"] = ClerkPage, // Leads on to the section that is theirs.
        ["GET admin/charts"] = ConsolePage,
        ["GET admin/applications"] = ConsolePage,
        ["GET admin/applications/new"] = ConsolePage,
        ["POST admin/applications/new"] = ConsolePage,
        ["GET admin/applications/{clientId}"] = ConsolePage,
        ["POST admin/applications/{clientId}"] = ConsolePage,
        ["GET admin/applications/{clientId}/delete"] = ConsolePage,
        ["POST admin/applications/{clientId}/delete"] = ConsolePage,
        ["POST admin/applications/{clientId}/secret"] = ConsolePage,
        ["POST admin/applications/{clientId}/secret/drop-older"] = ConsolePage,
        ["GET admin/audit"] = ConsolePage,
        ["GET admin/audit/{id:guid}"] = ConsolePage,
        ["POST admin/audit/export"] = ConsolePage,
        ["POST admin/audit/verify"] = ConsolePage,
        ["GET admin/doctor"] = ConsolePage,
        ["GET admin/groups"] = ClerkPage,
        ["GET admin/groups/{id:guid}"] = ClerkPage,
        ["GET admin/groups/{id:guid}/delete"] = ClerkPage,
        ["POST admin/groups/{id:guid}/delete"] = ClerkPage,
        ["GET admin/groups/{id:guid}/members/{userId:guid}/hand-over"] = ClerkPage,
        ["POST admin/groups/{id:guid}/members/{userId:guid}/hand-over"] = ClerkPage,
        ["GET admin/groups/{id:guid}/rename"] = ClerkPage,
        ["POST admin/groups/{id:guid}/rename"] = ClerkPage,
        ["POST admin/impersonation/end"] = OwnPage, // The banner's reader is signed in as somebody else.
        ["GET admin/keys"] = ConsolePage,
        ["GET admin/keys/rotate"] = ConsolePage,
        ["POST admin/keys/rotate"] = ConsolePage,
        ["GET admin/outbox"] = ConsolePage,
        ["POST admin/outbox/retry-failed"] = ConsolePage,
        ["POST admin/outbox/{id:guid}/retry"] = ConsolePage,
        ["GET admin/policy"] = ConsolePage,
        ["GET admin/roles"] = ConsolePage,
        ["GET admin/roles/new"] = ConsolePage,
        ["POST admin/roles/new"] = ConsolePage,
        ["GET admin/roles/{id:guid}"] = ConsolePage,
        ["POST admin/roles/{id:guid}"] = ConsolePage,
        ["GET admin/roles/{id:guid}/delete"] = ConsolePage,
        ["POST admin/roles/{id:guid}/delete"] = ConsolePage,
        ["GET admin/users"] = ConsolePage,
        ["GET admin/users/{id:guid}"] = ConsolePage,
        ["GET admin/users/{id:guid}/impersonate"] = ConsolePage,
        ["POST admin/users/{id:guid}/impersonate"] = ConsolePage,
        ["GET admin/users/{id:guid}/lock"] = ConsolePage,
        ["POST admin/users/{id:guid}/lock"] = ConsolePage,
        ["GET admin/users/{id:guid}/reset-mfa"] = ConsolePage,
        ["POST admin/users/{id:guid}/reset-mfa"] = ConsolePage,
        ["GET admin/users/{id:guid}/revoke-sessions"] = ConsolePage,
        ["POST admin/users/{id:guid}/revoke-sessions"] = ConsolePage,
        ["GET admin/users/{id:guid}/roles"] = ConsolePage,
        ["POST admin/users/{id:guid}/roles"] = ConsolePage,
        ["GET admin/users/{id:guid}/send-password-reset"] = ConsolePage,
        ["POST admin/users/{id:guid}/send-password-reset"] = ConsolePage,
        ["GET admin/users/{id:guid}/unlock"] = ConsolePage,
        ["POST admin/users/{id:guid}/unlock"] = ConsolePage,
    };
}
