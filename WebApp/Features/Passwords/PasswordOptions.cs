namespace WebApp.Features.Passwords;

/// <summary>Options for the hashing and the policy of passwords: section <c>Password</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>bcrypt's work factor, 4 to 16: each step doubles the time. Below 10 is refused in Production.</summary>
    public int WorkFactor { get; set; } = 12;

    /// <summary>Minimum number of code points of a password that has upper and lower case, a digit and a symbol.</summary>
    public int MinLength { get; set; } = 12;

    /// <summary>Minimum number of code points of a password without these kinds of characters.</summary>
    public int PassphraseLength { get; set; } = 16;

    /// <summary>Lowest zxcvbn score that is accepted, 0 to 4.</summary>
    public int MinScore { get; set; } = 3;

    /// <summary>How many hashes may wait for a thread before the answer is 503; by default 16 per core, about 3 s of waiting.</summary>
    public int QueueLength { get; set; } = 16 * Environment.ProcessorCount;
}
