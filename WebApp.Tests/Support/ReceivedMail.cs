using System.Text;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A mail as a server took it, and what a mail program would make of it. Decodes on its own, so it agrees with no sender by accident.</summary>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipients.</param>
/// <param name="Raw">Header and body, each char one byte.</param>
public sealed partial record ReceivedMail(string From, IReadOnlyList<string> To, string Raw)
{
    private string HeaderBlock => Raw[..Raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)];

    /// <summary>The names of all headers, in order.</summary>
    public IReadOnlyList<string> HeaderNames => [.. Unfold(HeaderBlock).Select(line => line.Split(':')[0])];

    /// <summary>A header's value, unfolded and decoded; null when absent.</summary>
    public string? Header(string name) => Header(HeaderBlock, name) is { } value ? DecodeWords(value) : null;

    /// <summary>The content of the alternative of this type, decoded.</summary>
    public string Part(string type) => Parts.Single(part => part.Type == type).Content;

    /// <summary>The alternatives in order, each with its type without parameters.</summary>
    public IReadOnlyList<(string Type, string Content)> Parts
    {
        get
        {
            var boundary = Boundary().Match(Header(HeaderBlock, "Content-Type")!).Groups[1].Value;
            return [.. Raw.Split($"--{boundary}")[1..^1].Select(Decode)];
        }
    }

    private static (string Type, string Content) Decode(string part)
    {
        var split = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, body) = (part[..split].TrimStart(), part[(split + 4)..]);
        // The line break before a boundary is the boundary's (RFC 2046 5.1.1).
        body = body.EndsWith("\r\n", StringComparison.Ordinal) ? body[..^2] : body;
        var bytes = Header(head, "Content-Transfer-Encoding")?.ToLowerInvariant() switch
        {
            "quoted-printable" => QuotedPrintable(SoftBreak().Replace(body, "")),
            "base64" => Convert.FromBase64String(body),
            _ => Encoding.Latin1.GetBytes(body),
        };
        return (Header(head, "Content-Type")!.Split(';')[0], Encoding.UTF8.GetString(bytes));
    }

    private static string? Header(string block, string name) => Unfold(block)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .SingleOrDefault();

    private static string[] Unfold(string block) => Folding().Replace(block, " ").Split("\r\n");

    private static string DecodeWords(string value) => EncodedWord().Replace(BetweenWords().Replace(value, "$1"), word => Encoding.UTF8.GetString(
        word.Groups[1].Value is "B" or "b" ? Convert.FromBase64String(word.Groups[2].Value) : QuotedPrintable(word.Groups[2].Value.Replace('_', ' '))));

    private static byte[] QuotedPrintable(string text) =>
        Encoding.Latin1.GetBytes(Octet().Replace(text, octet => ((char)Convert.ToByte(octet.Groups[1].Value, 16)).ToString()));

    [GeneratedRegex(@"boundary=""?([^"";\s]+)")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"=\r\n")]
    private static partial Regex SoftBreak();

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Folding();

    [GeneratedRegex(@"=\?utf-8\?([QqBb])\?([^?]*)\?=", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(\?=)\s+(?==\?)")]
    private static partial Regex BetweenWords();

    [GeneratedRegex("=([0-9A-Fa-f]{2})")]
    private static partial Regex Octet();
}
