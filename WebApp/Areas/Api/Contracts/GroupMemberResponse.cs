using WebApp.Features.Groups;

namespace WebApp.Areas.Api.Contracts;

/// <summary>Somebody in a group. The address is null for callers who are neither its owner nor administrators. Times are UTC.</summary>
public sealed record GroupMemberResponse(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt)
{
    /// <summary>A member as they go over the wire.</summary>
    public static GroupMemberResponse Of(MemberView view) => new(view.UserId, view.Name, view.Email, view.Role, view.JoinedAt);
}
