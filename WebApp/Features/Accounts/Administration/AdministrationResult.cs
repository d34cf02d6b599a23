using WebApp.Platform.Http;

namespace WebApp.Features.Accounts.Administration;

/// <summary>What became of something an administrator did to an account.</summary>
public abstract record AdministrationResult
{
    private AdministrationResult()
    {
    }

    /// <summary>It is done.</summary>
    public sealed record Done : AdministrationResult;

    /// <summary>There is no such account.</summary>
    public sealed record NotFound : AdministrationResult;

    /// <summary>The account may do more than the actor; nothing was done.</summary>
    public sealed record Forbidden(string Reason) : AdministrationResult;

    /// <summary>Not possible as things stand; nothing was done.</summary>
    public sealed record Conflict(string Reason) : AdministrationResult;

    /// <summary>A field is wrong; nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AdministrationResult;
}
