namespace WebApp.Features.SecondFactors;

/// <summary>What a second-factor code was worth.</summary>
public abstract record FactorResult
{
    private FactorResult()
    {
    }

    /// <summary>Right, and spent by this.</summary>
    public sealed record Right : FactorResult;

    /// <summary>Wrong, used, too old, or of a method the user does not have.</summary>
    public sealed record Wrong : FactorResult;

    /// <summary>A right TOTP code that was used already, as by turning the app on with it. Not a guess; the next code comes after this time.</summary>
    public sealed record AlreadyUsed(TimeSpan NextIn) : FactorResult;

    /// <summary>
    /// A right TOTP code of another time: the phone's clock is off by this much (positive: ahead, which is said at enrolment alone). Not accepted.
    /// </summary>
    public sealed record ClockOff(TimeSpan By) : FactorResult;

    /// <summary>The account's guesses are used up.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : FactorResult
    {
        /// <summary>Whether waiting alone does not help: a hundred in a row were wrong.</summary>
        public bool IsFinal { get; init; }
    }
}
