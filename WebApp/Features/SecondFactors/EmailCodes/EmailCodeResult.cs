namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>What became of asking for a mailed code.</summary>
public abstract record EmailCodeResult
{
    private EmailCodeResult()
    {
    }

    /// <summary>It is on its way.</summary>
    public sealed record Sent : EmailCodeResult;

    /// <summary>The account had one within the minute, or five within the hour.</summary>
    /// <param name="RetryAfter">When there may be another.</param>
    public sealed record TooSoon(TimeSpan RetryAfter) : EmailCodeResult;

    /// <summary>The account does not use mailed codes, or its address is not confirmed.</summary>
    public sealed record NotAvailable : EmailCodeResult;
}
