using WebApp.Areas.Api.Bearer;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The signed-in user: <c>GET /me</c>.</summary>
public sealed record MeResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<GroupMembership> Groups,
    bool MfaEnabled,
    AuthenticationResponse Authentication)
{
    /// <summary>Who calls, as it goes over the wire.</summary>
    public static MeResponse Of(BearerIdentity who) => new(
        who.User.Id,
        who.User.Email,
        who.User.EmailConfirmed,
        who.User.DisplayName,
        who.User.Roles,
        who.User.Permissions,
        who.User.Groups,
        who.User.TwoFactorEnabled,
        who.AccessToken is { } token
            ? new("access_token", token.SessionId, token.Amr, token.AuthenticatedAt, token.ExpiresAt)
            : new("api_token", null, [], who.ApiToken!.CreatedAt, who.ApiToken.ExpiresAt));
}
