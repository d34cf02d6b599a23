namespace WebApp.Features.Passwords;

/// <summary>How passwords are hashed and what they must be: section <c>Password</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>bcrypt's work factor, 4 to 16: each step doubles the time. Below 10 is refused in Production.</summary>
    public int WorkFactor { get; set; } = 12;

    /// <summary>Fewest code points of a password that has upper and lower case, a digit and a symbol.</summary>
    public int MinLength { get; set; } = 12;

    /// <summary>Fewest code points from which nothing is asked about the kinds of characters.</summary>
    public int PassphraseLength { get; set; } = 16;

    /// <summary>Lowest zxcvbn score that is accepted, 0 to 4.</summary>
    public int MinScore { get; set; } = 3;

    /// <summary>How many hashes may wait for a thread before the answer is 503; by default 16 a core, some 3 s of waiting.</summary>
    public int QueueLength { get; set; } = 16 * Environment.ProcessorCount;
}
