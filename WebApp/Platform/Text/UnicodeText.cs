namespace WebApp.Platform.Text;

/// <summary>Whether a text is valid Unicode.</summary>
public static class UnicodeText
{
    /// <summary>
    /// Whether every surrogate is part of a pair, which PostgreSQL requires, and there is no U+FFFE: <see cref="string.Normalize()"/> throws for both.
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uFFFE'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '\uFFFE')
            {
                return false;
            }

            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
