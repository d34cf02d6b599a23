namespace WebApp.Features.Lockout;

/// <summary>Whether a guess may be looked at.</summary>
public abstract record SignInPermit
{
    private SignInPermit()
    {
    }

    /// <summary>It may, and counts as wrong until it has proved right.</summary>
    /// <param name="Key">Whose count.</param>
    /// <param name="Failures">Which one it is in this window.</param>
    /// <param name="Lockouts">How many lockouts led up to it.</param>
    /// <param name="Misses">Which one it is since the last right one.</param>
    public sealed record Granted(string Key, int Failures, int Lockouts, int Misses) : SignInPermit;

    /// <summary>Too early.</summary>
    public sealed record Refused(TimeSpan RetryAfter) : SignInPermit
    {
        /// <summary>Whether waiting alone does not help: see <see cref="SignInGuard.MaxMisses"/>.</summary>
        public bool IsFinal { get; init; }
    }
}
