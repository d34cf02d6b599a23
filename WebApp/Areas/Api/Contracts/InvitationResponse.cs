using WebApp.Features.Groups;

namespace WebApp.Areas.Api.Contracts;

/// <summary>An invitation that waits. Times are UTC.</summary>
public sealed record InvitationResponse(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>An invitation as it goes over the wire.</summary>
    public static InvitationResponse Of(InvitationView view) => new(view.Id, view.Email, view.Role, view.CreatedAt, view.ExpiresAt);
}
