using WebApp.Platform.Http;

namespace WebApp.Features.Groups;

/// <summary>What became of something done with a group.</summary>
public abstract record GroupResult
{
    private GroupResult()
    {
    }

    /// <summary>It is done.</summary>
    public sealed record Done : GroupResult;

    /// <summary>The group as it is now.</summary>
    public sealed record Saved(GroupView Group) : GroupResult;

    /// <summary>The member as they are now.</summary>
    public sealed record Changed(MemberView Member) : GroupResult;

    /// <summary>The mail is on its way.</summary>
    public sealed record Invited(InvitationView Invitation) : GroupResult;

    /// <summary>There is no such thing, or the group is none of the actor's.</summary>
    public sealed record NotFound : GroupResult;

    /// <summary>The actor's role in the group does not allow it.</summary>
    public sealed record Forbidden(string Reason) : GroupResult;

    /// <summary>A field is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : GroupResult;

    /// <summary>Not possible as things stand.</summary>
    public sealed record Conflict(string Reason) : GroupResult;

    /// <summary>Too many invitations lately.</summary>
    public sealed record TooMany(TimeSpan Wait) : GroupResult;

    /// <summary>The link or code is of no invitation that waits: wrong, used, taken back or too old.</summary>
    public sealed record NotProven : GroupResult;
}
