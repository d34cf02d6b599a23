using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>What became of replacing a forgotten password.</summary>
public abstract record PasswordResetResult
{
    private PasswordResetResult()
    {
    }

    /// <summary>The password is new and every session has ended.</summary>
    public sealed record Done : PasswordResetResult;

    /// <summary>The link or code is unknown, used or too old. Nothing was done.</summary>
    public sealed record NotProven : PasswordResetResult;

    /// <summary>The new password is against policy. The link still works.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PasswordResetResult;
}
