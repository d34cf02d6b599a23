namespace WebApp.Features.Groups;

/// <summary>What <c>/account/groups/{id}</c> shows.</summary>
/// <param name="Group">The group.</param>
/// <param name="UserId">Who looks.</param>
/// <param name="Members">Who is in it.</param>
/// <param name="Invitations">Those that wait; none for plain members.</param>
/// <param name="Name">The form that renames it.</param>
/// <param name="Invitation">The form that invites.</param>
/// <param name="Now">The present, to tell what has expired.</param>
public sealed record GroupPage(
    GroupView Group,
    Guid UserId,
    IReadOnlyList<MemberView> Members,
    IReadOnlyList<InvitationView> Invitations,
    GroupForm Name,
    InvitationForm Invitation,
    DateTimeOffset Now)
{
    /// <summary>Whether the viewer may rename, invite and remove.</summary>
    public bool Manages => GroupRole.Manages(Group.Role);

    /// <summary>Whether the group is the viewer's.</summary>
    public bool Owns => Group.Role == GroupRole.Owner;
}
