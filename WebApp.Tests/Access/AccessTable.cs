using static WebApp.Tests.Access.AccessRule;

namespace WebApp.Tests.Access;

/// <summary>Every route, and who is let in. A new one gets its line here; the test names those that have none.</summary>
public static class AccessTable
{
    private const bool ForTokens = true;
    private const bool NotForTokens = false;

    /// <summary>By method and route, as the endpoint has it.</summary>
    public static IReadOnlyDictionary<string, AccessRule> All { get; } = new Dictionary<string, AccessRule>
    {
        // The statuses of what is open to all are those of the document's example, whose secrets and addresses are nobody's.
        ["POST api/v1/auth/register"] = Open(202),
        ["POST api/v1/auth/confirm-email"] = Open(401),
        ["POST api/v1/auth/login"] = Open(401),
        ["POST api/v1/auth/mfa"] = Open(401),
        ["POST api/v1/auth/mfa/email-code"] = Open(401),
        ["POST api/v1/auth/refresh"] = Open(401),
        ["POST api/v1/auth/forgot-password"] = Open(202),
        ["POST api/v1/auth/reset-password"] = Open(401),
        ["POST api/v1/auth/device"] = Open(200),
        ["POST api/v1/auth/device/token"] = Open(400),
        ["GET api/v1/password/policy"] = Open(200),
        ["POST api/v1/password/strength"] = Open(200),
        ["POST api/v1/tokens/revoke"] = Open(200),

        ["GET api/v1/me"] = Own(200, ForTokens),
        ["PATCH api/v1/me"] = Own(200, ForTokens),
        ["GET api/v1/forward-auth"] = Own(200, ForTokens),
        ["GET api/v1/events"] = Own(200, ForTokens) with { TokenWithoutHas = "profile.read" },
        ["GET api/v1/sessions"] = Own(200, ForTokens),
        ["DELETE api/v1/sessions"] = Own(204, ForTokens),
        ["DELETE api/v1/sessions/{id:guid}"] = Thing(204, ForTokens),
        ["GET api/v1/api-tokens"] = Own(200, NotForTokens),
        ["POST api/v1/api-tokens"] = Own(201, NotForTokens),
        ["DELETE api/v1/api-tokens"] = Own(204, NotForTokens),
        ["DELETE api/v1/api-tokens/{id:guid}"] = Thing(204, NotForTokens),
        ["POST api/v1/password"] = Own(204, NotForTokens),
        ["POST api/v1/auth/logout"] = Own(204, NotForTokens),
        ["POST api/v1/auth/logout-everywhere"] = Own(204, NotForTokens),
        ["POST api/v1/auth/reauthenticate"] = Own(200, NotForTokens),
        ["POST api/v1/auth/reauthenticate/email-code"] = Own(403, NotForTokens), // The account uses no mailed codes.
        ["GET api/v1/mfa"] = Own(200, NotForTokens),
        ["POST api/v1/mfa/totp"] = Own(200, NotForTokens),
        ["POST api/v1/mfa/totp/confirm"] = Own(409, NotForTokens), // Nothing was offered.
        ["DELETE api/v1/mfa/totp"] = Own(404, NotForTokens), // None is on.
        ["POST api/v1/mfa/email"] = Own(200, NotForTokens),
        ["DELETE api/v1/mfa/email"] = Own(404, NotForTokens),
        ["POST api/v1/mfa/recovery-codes"] = Own(409, NotForTokens), // No factor is on.

        ["GET api/v1/groups"] = Own(200, ForTokens),
        ["POST api/v1/groups"] = Own(201, ForTokens),
        ["POST api/v1/invitations/accept"] = Own(401, ForTokens), // The example's token is of no invitation.
        ["GET api/v1/groups/{id:guid}"] = Group(200, Actor.Member),
        ["PATCH api/v1/groups/{id:guid}"] = Group(200, Actor.GroupAdmin),
        ["DELETE api/v1/groups/{id:guid}"] = Group(204, Actor.Owner),
        ["GET api/v1/groups/{id:guid}/members"] = Group(200, Actor.Member),
        ["PATCH api/v1/groups/{id:guid}/members/{userId:guid}"] = Group(200, Actor.Owner),
        ["DELETE api/v1/groups/{id:guid}/members/{userId:guid}"] = Group(204, Actor.GroupAdmin),
        ["GET api/v1/groups/{id:guid}/invitations"] = Group(200, Actor.GroupAdmin),
        ["POST api/v1/groups/{id:guid}/invitations"] = Group(201, Actor.GroupAdmin),
        ["DELETE api/v1/groups/{id:guid}/invitations/{invitationId:guid}"] = Group(204, Actor.GroupAdmin),

        ["POST api/v1/tokens/introspect"] = Permission(200),
        ["GET api/v1/admin/roles"] = Permission(200),
        ["GET api/v1/admin/permissions"] = Permission(200),
        ["POST api/v1/admin/roles"] = Permission(201),
        ["PUT api/v1/admin/roles/{id:guid}"] = Permission(200),
        ["DELETE api/v1/admin/roles/{id:guid}"] = Permission(204),
        ["PUT api/v1/admin/users/{id:guid}/roles"] = Permission(200),

        ["GET openapi/v1.json"] = OpenPage,
        ["GET health/live"] = OpenPage,
        ["GET health/ready"] = OpenPage,
        ["GET "] = OpenPage,
    };
}
