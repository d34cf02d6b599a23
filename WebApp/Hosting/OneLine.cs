namespace WebApp.Hosting;

/// <summary>Text that a client says of itself, made fit to be kept and shown in a list.</summary>
public static class OneLine
{
    /// <summary>Without control characters, cut to a length in UTF-16 units but never through a character; null where nothing is left.</summary>
    public static string? Of(string? text, int maxLength)
    {
        var line = string.Concat((text ?? "").Where(c => !char.IsControl(c)).Take(maxLength)).Trim();

        // Half a surrogate pair is no text: no encoding can write it.
        line = line is [.., var last] && char.IsHighSurrogate(last) ? line[..^1] : line;
        return line.Length == 0 ? null : line;
    }
}
