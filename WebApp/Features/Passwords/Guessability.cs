using Zxcvbn;

namespace WebApp.Features.Passwords;

/// <summary>zxcvbn with its cost bounded and a gap closed.</summary>
internal sealed class Guessability
{
    /// <summary>
    /// Characters that are looked at. Anybody may ask, and the cost grows with more than the square of the length and with the look-alikes in it. Measured for
    /// the dearest passwords that a search found: 4 ms of CPU for 24 characters, 6 for 32, 10 for 40, 27 for 64. What is good enough in its first 32 is good.
    /// </summary>
    private const int MaxLength = 32;

    private readonly Zxcvbn.Zxcvbn zxcvbn = new();

    /// <summary>Judges; <paramref name="context"/> are words that count as guessed.</summary>
    public Result Judge(string password, string[] context)
    {
        var seen = Unrepeated(password);
        return zxcvbn.EvaluatePassword(seen.Length > MaxLength ? seen[..MaxLength] : seen, context);
    }

    /// <summary>
    /// The part of which the whole is a repetition ("kqz" of "kqzkqzkqzkq"), or the whole. This version of zxcvbn knows repeated characters,
    /// not repeated parts, and would find such a password hard to guess.
    /// </summary>
    public static string Unrepeated(string password)
    {
        for (var period = 1; period <= password.Length / 2; period++)
        {
            if (password.AsSpan(period).SequenceEqual(password.AsSpan(0, password.Length - period)))
            {
                return password[..period];
            }
        }
        return password;
    }
}
