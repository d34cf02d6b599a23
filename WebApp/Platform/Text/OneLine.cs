using System.Globalization;
using System.Text;

namespace WebApp.Platform.Text;

/// <summary>Cleans text from a client, such as its name, so that it can be stored, logged and shown in a list.</summary>
public static class OneLine
{
    /// <summary>
    /// Removes control characters, line ends and bidirectional formatting marks, and shortens the text to a length in UTF-16 units, but never
    /// inside a character; null if nothing is left.
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
                // Half of a surrogate pair is enumerated as U+FFFD.
                line.Append(rune);
            }
        }

        var kept = line.ToString().Trim();
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>Whether a text needs no cleaning.</summary>
    public static bool Is(string text) => !text.Any(Breaks);

    /// <summary>
    /// Whether a character ends a line or changes the direction of the following text, which can make a name look like another one (Unicode
    /// TR 36, 2.10.2). Other format characters are kept: emoji and some scripts need the joiners.
    /// </summary>
    public static bool Breaks(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
