using System.Globalization;
using System.Text;

namespace WebApp.Platform.Text;

/// <summary>Text that a client says of itself, made fit to be kept, logged and shown in a list.</summary>
public static class OneLine
{
    /// <summary>
    /// Without control characters, ends of lines and marks that turn the direction of writing, cut to a length in UTF-16 units but never
    /// through a character; null where nothing is left.
    /// </summary>
    public static string? Clean(string? text, int maxLength)
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

            if (!rune.IsBmp || !Breaks((char)rune.Value))
            {
                // Half a surrogate pair is no text, and comes as U+FFFD.
                line.Append(rune);
            }
        }

        var kept = line.ToString().Trim();
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>Whether text is fit as it is.</summary>
    public static bool Is(string text) => !text.Any(Breaks);

    /// <summary>
    /// Whether a character ends a line or turns the direction of what follows, with which one name is made to read like another (Unicode
    /// TR 36, 2.10.2). Other format characters are kept: emoji and some scripts need the joiners.
    /// </summary>
    public static bool Breaks(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
