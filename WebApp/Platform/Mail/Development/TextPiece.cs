using System.Text.RegularExpressions;

namespace WebApp.Platform.Mail.Development;

/// <summary>A stretch of a mail's text: a link, or what stands between links.</summary>
public sealed partial record TextPiece(string Words, bool IsLink)
{
    /// <summary>Cuts a text at its links; joined again, the pieces are the text.</summary>
    public static IEnumerable<TextPiece> Cut(string text)
    {
        var done = 0;
        foreach (Match link in Link().Matches(text))
        {
            yield return new(text[done..link.Index], IsLink: false);
            yield return new(link.Value, IsLink: true);
            done = link.Index + link.Length;
        }

        yield return new(text[done..], IsLink: false);
    }

    [GeneratedRegex("""https?://[^\s<>"]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
