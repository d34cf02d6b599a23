namespace WebApp.Features.Groups;

/// <summary>Gathers what a group's page shows, for every form on it.</summary>
public sealed class GroupPages(GroupDirectory groups, GroupMembers members, GroupInvitations invitations, TimeProvider clock)
{
    /// <summary>The view all of them show.</summary>
    public const string View = "/Views/Groups/Show.cshtml";

    /// <summary>Null where the viewer is not in the group.</summary>
    public async Task<GroupPage?> FindAsync(Guid viewer, Guid groupId, CancellationToken cancel, GroupForm? name = null, InvitationForm? invitation = null) =>
        await groups.FindAsync(viewer, groupId, cancel) is { } group && await members.ListAsync(viewer, groupId, cancel) is { } list
            ? new(
                group,
                viewer,
                list,
                await invitations.ListAsync(viewer, groupId, cancel) ?? [],
                name ?? new() { Name = group.Name },
                invitation ?? new(),
                clock.GetUtcNow())
            : null;
}

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
