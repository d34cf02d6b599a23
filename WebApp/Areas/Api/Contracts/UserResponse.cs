using WebApp.Features.Accounts.Administration;

namespace WebApp.Areas.Api.Contracts;

/// <summary>An account in <c>GET /admin/users</c>. Times are UTC.</summary>
public sealed record UserResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt)
{
    /// <summary>An account as it goes over the wire.</summary>
    public static UserResponse Of(UserSummary user) => new(
        user.Id, user.Email, user.EmailConfirmed, user.DisplayName, user.Locked, user.DeletionRequestedAt, user.MfaEnabled, user.Roles, user.CreatedAt, user.LastSeenAt);
}
