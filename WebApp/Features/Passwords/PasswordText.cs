using System.Buffers;
using System.Text;
using System.Text.Unicode;
using WebApp.Platform.Text;

namespace WebApp.Features.Passwords;

/// <summary>Defines which texts can be passwords, and their bytes.</summary>
/// <remarks>
/// A password is the UTF-8 of its composed form (NFC, NIST SP 800-63B-4 3.1.1.2), so that a password set on Windows works on a Mac. Nothing else is
/// changed: no trimming, no case folding (ASVS 6.2.8). A lone surrogate has no UTF-8; with a replacement, different passwords would be equal.
/// </remarks>
internal static class PasswordText
{
    /// <summary>Maximum length of a password, in UTF-16 units as HTML's maxlength counts.</summary>
    public const int MaxLength = 256;

    /// <summary>Maximum length of a password in UTF-8: a UTF-16 unit takes at most three bytes.</summary>
    public const int MaxBytes = MaxLength * 3;

    /// <summary>Writes the password as UTF-8 into <paramref name="bytes"/> (<see cref="MaxBytes"/> long). Returns false if it is too long or not Unicode text.</summary>
    public static bool TryEncode(string password, Span<byte> bytes, out int written)
    {
        written = 0;
        return password.Length <= MaxLength
            && Utf8.FromUtf16(password, bytes, out _, out written, replaceInvalidSequences: false) == OperationStatus.Done;
    }

    /// <summary>The composed form (NFC). A text that is not Unicode, or would become too long, is not changed.</summary>
    public static string Compose(string password)
    {
        if (Ascii.IsValid(password) || password.Length > MaxLength || !UnicodeText.IsWellFormed(password))
        {
            return password;
        }

        var composed = password.Normalize(NormalizationForm.FormC);
        return composed.Length > MaxLength ? password : composed;
    }

    /// <summary>Throws for texts that must never be hashed; forms and the API apply the policy first.</summary>
    /// <exception cref="ArgumentException">It is too long or not well-formed.</exception>
    public static void ThrowIfUnusable(string password)
    {
        if (password.Length > MaxLength || !UnicodeText.IsWellFormed(password))
        {
            throw new ArgumentException("A password must be well-formed Unicode of at most 256 UTF-16 units; check the policy first.", nameof(password));
        }
    }
}

/// <summary>Length and kinds of characters of a password. Letters and digits are those of any script; every other character, including a space, is a symbol.</summary>
/// <param name="Length">In code points (NIST SP 800-63B 3.1.1.2), so that an emoji counts once for each of its parts.</param>
/// <param name="Upper">Has an upper-case letter.</param>
/// <param name="Lower">Has a lower-case letter.</param>
/// <param name="Digit">Has a digit.</param>
/// <param name="Symbol">Has a symbol.</param>
internal readonly record struct CharacterClasses(int Length, bool Upper, bool Lower, bool Digit, bool Symbol)
{
    /// <summary>The names in the API.</summary>
    public static readonly IReadOnlyList<string> Names = ["upper", "lower", "digit", "symbol"];

    /// <summary>Counts the characters of a password.</summary>
    public static CharacterClasses In(string password)
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

    /// <summary>Phrases for the absent kinds.</summary>
    public IEnumerable<string> Missing()
    {
        if (!Upper)
        {
            yield return T("an upper-case letter");
        }

        if (!Lower)
        {
            yield return T("a lower-case letter");
        }

        if (!Digit)
        {
            yield return T("a digit");
        }

        if (!Symbol)
        {
            yield return T("a symbol or space");
        }
    }
}
