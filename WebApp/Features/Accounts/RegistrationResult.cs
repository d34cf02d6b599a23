using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>What became of a registration.</summary>
public abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <summary>A mail is on its way: to confirm, or, where the address has an account already, to say so. The caller cannot tell which.</summary>
    public sealed record MailSent : RegistrationResult;

    /// <summary>Nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : RegistrationResult;

    /// <summary>Too many from the caller's place, whatever the addresses; nothing was done.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : RegistrationResult;
}
