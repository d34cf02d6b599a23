using WebApp.Features.SecondFactors;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn;

/// <summary>What became of answering a challenge.</summary>
public abstract record SecondFactorResult
{
    private SecondFactorResult()
    {
    }

    /// <summary>The sign-in is complete; the caller opens a session.</summary>
    /// <param name="User">Who.</param>
    /// <param name="Amr">How it was shown, both factors.</param>
    /// <param name="Pending">What was asked for at the start.</param>
    public sealed record Completed(User User, string[] Amr, PendingSignIn Pending) : SecondFactorResult;

    /// <summary>The sign-in ran out, was completed already, or the account was closed: begin again.</summary>
    public sealed record NothingPending : SecondFactorResult;

    /// <summary>Not right. <paramref name="Reason"/> is never <see cref="FactorResult.Right"/>.</summary>
    public sealed record Refused(FactorResult Reason) : SecondFactorResult;
}
