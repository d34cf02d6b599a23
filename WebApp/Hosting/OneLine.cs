using System.Globalization;
using System.Text;

namespace WebApp.Hosting;

/// <summary>Text that a client says of itself, made fit to be kept, logged and shown in a list.</summary>
public static class OneLine
{
    /// <summary>
    /// Without control characters, ends of lines and marks that turn the direction of writing, cut to a length in UTF-16 units but never
    /// through a character; null where nothing is left.
    /// </summary>
    public static string? Of(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > maxLength)
            {
                break;
            }

            if (Keeps(rune))
            {
                // Half a surrogate pair is no text, and comes as U+FFFD.
                line.Append(rune);
            }
        }

        var kept = line.ToString().Trim();
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>Whether text is fit as it is.</summary>
    public static bool Is(string text) => text.EnumerateRunes().All(Keeps);

    // Format characters are kept but for those of the bidirectional algorithm (UAX 9): emoji and some scripts need the joiners.
    private static bool Keeps(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune.Value is not (0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));
}
