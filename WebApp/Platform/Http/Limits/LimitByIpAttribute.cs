namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Counts calls by IP prefix: <see cref="IpLimitOptions.IpPermitsPerMinute"/>, over all that carry this. Every action that asks for no
/// sign-in has it of itself; written out, it says what a call costs. Checked before every other guard.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LimitByIpAttribute : Attribute
{
    /// <summary>The cost of a call that makes us hash a password, derive one, or send mail.</summary>
    public const int Costly = 3;

    /// <summary>How many permits a call takes.</summary>
    public int Cost { get; init; } = 1;
}
