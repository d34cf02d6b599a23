using System.Text;

namespace WebApp.Features.Passwords;

/// <summary>Length and kinds of characters of a password. Letters and digits are those of any script; a symbol is anything that is neither, a space too.</summary>
/// <param name="Length">In code points (NIST SP 800-63B 3.1.1.2), so that an emoji counts once for each of its parts.</param>
/// <param name="Upper">Has an upper-case letter.</param>
/// <param name="Lower">Has a lower-case letter.</param>
/// <param name="Digit">Has a digit.</param>
/// <param name="Symbol">Has a symbol.</param>
internal readonly record struct CharacterClasses(int Length, bool Upper, bool Lower, bool Digit, bool Symbol)
{
    /// <summary>The names that the API gives them.</summary>
    public static readonly IReadOnlyList<string> Names = ["upper", "lower", "digit", "symbol"];

    /// <summary>Counts.</summary>
    public static CharacterClasses Of(string password)
    {
        var classes = default(CharacterClasses);
        foreach (var rune in password.EnumerateRunes())
        {
            classes = new(
                classes.Length + 1,
                classes.Upper || Rune.IsUpper(rune),
                classes.Lower || Rune.IsLower(rune),
                classes.Digit || Rune.IsDigit(rune),
                classes.Symbol || !Rune.IsLetterOrDigit(rune));
        }
        return classes;
    }

    /// <summary>Phrases for those that are absent.</summary>
    public IEnumerable<string> Missing()
    {
        if (!Upper)
        {
            yield return "an upper-case letter";
        }

        if (!Lower)
        {
            yield return "a lower-case letter";
        }

        if (!Digit)
        {
            yield return "a digit";
        }

        if (!Symbol)
        {
            yield return "a symbol or space";
        }
    }
}
