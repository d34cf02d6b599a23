namespace WebApp.Features.Groups;

/// <summary>An invitation as the group's owner and administrators see it.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Email">Whom it was sent to.</param>
/// <param name="Role">What they will be.</param>
/// <param name="CreatedAt">When it was sent last (UTC).</param>
/// <param name="ExpiresAt">When it stops working (UTC).</param>
public sealed record InvitationView(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>A row as it is shown.</summary>
    public static InvitationView Of(GroupInvitation row) => new(row.Id, row.Email, row.Role, row.CreatedAt, row.ExpiresAt);
}
