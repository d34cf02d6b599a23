using System.ComponentModel.DataAnnotations;
using WebApp.Platform.Text;

namespace WebApp.Features.Groups;

/// <summary>Reads the data of a group's page, for every form on it.</summary>
public sealed class GroupPages(GroupDirectory groups, GroupMembers members, GroupInvitations invitations, TimeProvider clock)
{
    /// <summary>The view of all these forms.</summary>
    public const string View = "/Views/Groups/Show.cshtml";

    /// <summary>Null if the viewer is not in the group.</summary>
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

/// <summary>The page <c>/account/groups/{id}</c>.</summary>
/// <param name="Group">The group.</param>
/// <param name="UserId">The viewer.</param>
/// <param name="Members">The members.</param>
/// <param name="Invitations">The open invitations; empty for plain members.</param>
/// <param name="Name">The form that renames it.</param>
/// <param name="Invitation">The form that invites.</param>
/// <param name="Now">The current time, to show which have expired.</param>
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

    /// <summary>Whether the viewer is the owner.</summary>
    public bool Owns => Group.Role == GroupRole.Owner;
}

/// <summary>The messages of pages for results other than success.</summary>
public static class GroupMessages
{
    /// <summary>One sentence for the user.</summary>
    public static string For(GroupResult result) => result switch
    {
        GroupResult.Forbidden(var reason) => reason,
        GroupResult.Conflict(var reason) => reason,
        GroupResult.Invalid([var error, ..]) => error.Message,
        GroupResult.TooMany(var wait) => T("Too many invitations were sent lately. Try again in {0}.", Durations.Describe(wait)),
        GroupResult.NotProven => T("This invitation was answered or withdrawn, or it has expired. Ask to be invited again."),
        _ => T("It no longer exists."),
    };


    /// <summary>A role as badge text.</summary>
    public static string Role(string role) => role switch
    {
        GroupRole.Owner => T("Owner"),
        GroupRole.Admin => T("Administrator"),
        _ => T("Member"),
    };
}

/// <summary>The page of the mailed link. The text form hides the token.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Invitation">The invitation; null if it is used, revoked or expired.</param>
/// <param name="OwnAddress">The signed-in user's address; null for a visitor.</param>
public sealed record InvitationPage(string? Token, ReceivedInvitation? Invitation, string? OwnAddress)
{
    /// <summary>Whether the signed-in user is the invited one.</summary>
    public bool IsOwn => string.Equals(Invitation?.Email, OwnAddress, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address of this page, to return to after sign-in.</summary>
    public string Path => $"/invitations?token={Uri.EscapeDataString(Token ?? "")}";

    /// <inheritdoc/>
    public override string ToString() => "InvitationPage(…)";
}

/// <summary>The form that invites a person.</summary>
public sealed class InvitationForm
{
    /// <summary>The address.</summary>
    [Display(Name = "Email address")]
    public string? Email { get; init; }

    /// <summary>The role.</summary>
    public string? Role { get; init; }
}

/// <summary>An invitation as shown to the group's owner and administrators.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Email">The invited address.</param>
/// <param name="Role">The role of the future member.</param>
/// <param name="CreatedAt">When it was last sent (UTC).</param>
/// <param name="ExpiresAt">When it expires (UTC).</param>
public sealed record InvitationView(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Creates the view of a row.</summary>
    public static InvitationView From(GroupInvitation row) => new(row.Id, row.Email, row.Role, row.CreatedAt, row.ExpiresAt);
}

/// <summary>A member as shown to other members.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Name">The display name, or the address if there is none.</param>
/// <param name="Email">The address; null for a viewer who is neither owner nor administrator.</param>
/// <param name="Role">A value of <see cref="GroupRole"/>.</param>
/// <param name="JoinedAt">When they joined (UTC).</param>
public sealed record MemberView(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt);
