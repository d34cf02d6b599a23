namespace WebApp.Hosting;

/// <summary>Text that a client says of itself, made fit to be kept and shown in a list.</summary>
public static class OneLine
{
    /// <summary>
    /// Whether a character ends a line or turns the direction of what follows, with which one name is made to read like another
    /// (Unicode TR 36, 2.10.2): controls, U+2028, U+2029, embeddings, overrides and isolates.
    /// </summary>
    public static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>Without what <see cref="Breaks"/> a line, cut to a length in UTF-16 units but never through a character; null where nothing is left.</summary>
    public static string? Of(string? text, int maxLength)
    {
        var line = string.Concat((text ?? "").Where(c => !Breaks(c)).Take(maxLength)).Trim();

        // Half a surrogate pair is no text: no encoding can write it. The cut may have left one; a client may have sent others.
        line = line is [.., var last] && char.IsHighSurrogate(last) ? line[..^1].TrimEnd() : line;
        return line.Length == 0 ? null : string.Concat(line.EnumerateRunes());
    }
}
