using System.ComponentModel.DataAnnotations;

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

/// <summary>What pages say of a result that is no success.</summary>
public static class GroupMessages
{
    /// <summary>A sentence for people.</summary>
    public static string For(GroupResult result) => result switch
    {
        GroupResult.Forbidden(var reason) => reason,
        GroupResult.Conflict(var reason) => reason,
        GroupResult.Invalid([var error, ..]) => error.Message,
        GroupResult.TooMany(var wait) => $"Too many invitations were sent lately. Try again in {Minutes(wait)}.",
        GroupResult.NotProven => "This invitation has been answered or taken back, or it is too old. Ask to be invited again.",
        _ => "That is no longer there.",
    };

    private static string Minutes(TimeSpan wait) => wait.TotalMinutes <= 1 ? "a minute" : wait.TotalHours > 2 ? $"{Math.Ceiling(wait.TotalHours)} hours" : $"{Math.Ceiling(wait.TotalMinutes)} minutes";

    /// <summary>A role as a badge shows it.</summary>
    public static string Role(string role) => role switch
    {
        GroupRole.Owner => "Owner",
        GroupRole.Admin => "Administrator",
        _ => "Member",
    };
}

/// <summary>What the mailed link shows. Refuses to print.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Invitation">The invitation; null where it is used, taken back or too old.</param>
/// <param name="OwnAddress">The address of who is signed in; null for a visitor.</param>
public sealed record InvitationPage(string? Token, ReceivedInvitation? Invitation, string? OwnAddress)
{
    /// <summary>Whether whoever is signed in is who was invited.</summary>
    public bool IsOwn => string.Equals(Invitation?.Email, OwnAddress, StringComparison.OrdinalIgnoreCase);

    /// <summary>The way back here after signing in.</summary>
    public string Path => $"/invitations?token={Uri.EscapeDataString(Token ?? "")}";

    /// <inheritdoc/>
    public override string ToString() => "InvitationPage(…)";
}

/// <summary>The form that invites somebody.</summary>
public sealed class InvitationForm
{
    /// <summary>Whom.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>What they will be.</summary>
    public string? Role { get; init; }
}

/// <summary>An invitation as the group's owner and administrators see it.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Email">Whom it was sent to.</param>
/// <param name="Role">What they will be.</param>
/// <param name="CreatedAt">When it was sent last (UTC).</param>
/// <param name="ExpiresAt">When it stops working (UTC).</param>
public sealed record InvitationView(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>A row as it is shown.</summary>
    public static InvitationView From(GroupInvitation row) => new(row.Id, row.Email, row.Role, row.CreatedAt, row.ExpiresAt);
}

/// <summary>Somebody in a group, as others in it see them.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">The display name, or the address where none was given.</param>
/// <param name="Email">The address; null for a viewer who is neither owner nor administrator.</param>
/// <param name="Role">One of <see cref="GroupRole"/>.</param>
/// <param name="JoinedAt">Since when (UTC).</param>
public sealed record MemberView(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt);
