namespace WebApp.Features.Groups;

/// <summary>Somebody in a group, as others in it see them.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">The display name, or the address where none was given.</param>
/// <param name="Email">The address; null for a viewer who is neither owner nor administrator.</param>
/// <param name="Role">One of <see cref="GroupRole"/>.</param>
/// <param name="JoinedAt">Since when (UTC).</param>
public sealed record MemberView(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt);
