using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>What became of changing a password.</summary>
public abstract record PasswordChangeResult
{
    private PasswordChangeResult()
    {
    }

    /// <summary>The password is new; so many other sessions have ended.</summary>
    public sealed record Changed(int EndedSessions) : PasswordChangeResult;

    /// <summary>The current password is not the one given.</summary>
    public sealed record WrongPassword : PasswordChangeResult;

    /// <summary>The guesses at the current password are used up.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : PasswordChangeResult;

    /// <summary>The new password is against policy.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PasswordChangeResult;
}
