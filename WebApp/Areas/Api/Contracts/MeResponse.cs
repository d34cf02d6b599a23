using WebApp.Areas.Api.Bearer;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The signed-in user: <c>GET /me</c>.</summary>
public sealed record MeResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<object> Groups,
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
        [],
        who.User.TwoFactorEnabled,
        new("access_token", who.Token.SessionId, who.Token.Amr, who.Token.AuthenticatedAt.UtcDateTime, who.Token.ExpiresAt.UtcDateTime));
}
