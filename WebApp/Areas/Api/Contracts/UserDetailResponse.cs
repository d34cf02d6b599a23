using WebApp.Features.Accounts.Administration;

namespace WebApp.Areas.Api.Contracts;

/// <summary>An account in <c>GET /admin/users/{id}</c>, with what is behind it. Times are UTC.</summary>
public sealed record UserDetailResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    UserFactorsResponse Factors,
    IEnumerable<SessionResponse> Sessions,
    IEnumerable<UserGroupResponse> Groups,
    IEnumerable<ApiTokenResponse> ApiTokens,
    IEnumerable<UserEventResponse> Events)
{
    /// <summary>An account as it goes over the wire.</summary>
    public static UserDetailResponse Of(UserDetail detail) => new(
        detail.User.Id,
        detail.User.Email,
        detail.User.EmailConfirmed,
        detail.User.DisplayName,
        detail.User.Locked,
        detail.User.DeletionRequestedAt,
        detail.User.MfaEnabled,
        detail.User.Roles,
        detail.User.CreatedAt,
        detail.User.LastSeenAt,
        new(detail.HasPassword, detail.Factors.TotpSince, detail.Factors.EmailOn, detail.Factors.RecoveryCodesLeft, detail.Passkeys),
        detail.Sessions.Sessions.Select(SessionResponse.Of),
        detail.Groups.Select(group => new UserGroupResponse(group.Id, group.Name, group.Role)),
        detail.ApiTokens.Select(ApiTokenResponse.Of),
        detail.Events.Select(entry => new UserEventResponse(entry.Entry.Id, entry.Entry.At, entry.Entry.Kind, entry.Entry.Outcome, entry.Entry.Ip, entry.ActorId)));
}
