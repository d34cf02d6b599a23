using System.Security.Cryptography;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>
/// How user codes are written: eight letters in two groups, <c>WDJB-MJHT</c>. Twenty consonants that no two of look alike and that spell no
/// words: 34 bits (RFC 8628 6.1).
/// </summary>
public static class UserCode
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;
    private const int GroupLength = 4;

    /// <summary>A new code, without its dash.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The code as people read it.</summary>
    public static string Show(string code) => $"{code[..GroupLength]}-{code[GroupLength..]}";

    /// <summary>What was typed, without what does not matter: case, spaces, dashes. Null when it is no code.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > 4 * Length)
        {
            return null;
        }

        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '\u2010' or '\u2011' or '\u2013'))).ToUpperInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
