using WebApp.Platform.Http;

namespace WebApp.Features.Roles;

/// <summary>What became of a change of roles.</summary>
public abstract record RoleResult
{
    private RoleResult()
    {
    }

    /// <summary>The role is as wanted.</summary>
    public sealed record Saved(RoleView Role) : RoleResult;

    /// <summary>The role is gone.</summary>
    public sealed record Deleted : RoleResult;

    /// <summary>The user has these roles now, sorted.</summary>
    public sealed record Assigned(IReadOnlyList<string> Roles) : RoleResult;

    /// <summary>A field is wrong; nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : RoleResult;

    /// <summary>There is no such role or user.</summary>
    public sealed record NotFound : RoleResult;

    /// <summary>It would give or take more than the actor has; nothing was done.</summary>
    public sealed record Forbidden(string Reason) : RoleResult;

    /// <summary>Not possible as things stand; nothing was done.</summary>
    public sealed record Conflict(string Reason) : RoleResult;
}
