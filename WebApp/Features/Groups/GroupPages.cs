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
