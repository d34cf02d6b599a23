using System.Security.Cryptography;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>
/// How recovery codes are written: ten characters of Crockford's base32, 50 bits (NIST SP 800-63B 3.1.2.2 asks for 20), in two groups. Letters that look like digits
/// are read as those digits.
/// </summary>
public static class RecoveryCodeText
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 10;
    private const int GroupLength = 5;

    /// <summary>A new code.</summary>
    public static string New()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..GroupLength]}-{code[GroupLength..]}";
    }

    /// <summary>What was typed, without what does not matter; null when it is no code.</summary>
    public static string? Normalize(string typed)
    {
        if (typed.Length > 4 * Length)
        {
            return null;
        }

        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '\u2010' or '\u2011' or '\u2013')))
            .ToLowerInvariant().Replace('o', '0').Replace('i', '1').Replace('l', '1');
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
