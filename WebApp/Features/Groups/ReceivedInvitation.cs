namespace WebApp.Features.Groups;

/// <summary>An invitation as whoever received it sees it.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Group">What the group is called.</param>
/// <param name="Role">What they will be in it.</param>
/// <param name="Email">The address it went to.</param>
/// <param name="InvitedBy">Who invited them; null once that account is gone.</param>
/// <param name="ExpiresAt">When it stops working (UTC).</param>
public sealed record ReceivedInvitation(Guid Id, string Group, string Role, string Email, string? InvitedBy, DateTimeOffset ExpiresAt);
