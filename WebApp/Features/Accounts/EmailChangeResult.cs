using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>What became of asking for another address.</summary>
public abstract record EmailChangeResult
{
    private EmailChangeResult()
    {
    }

    /// <summary>A mail is on its way: to confirm, or, where the address has an account already, to say so. The caller cannot tell which.</summary>
    public sealed record MailSent(string Address) : EmailChangeResult;

    /// <summary>Asked too often.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : EmailChangeResult;

    /// <summary>Not an address, or the one there is.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : EmailChangeResult;
}
