using System.Text;
using WebApp.Platform.Users;

namespace WebApp.Platform.Mail;

/// <summary>What counts as an e-mail address here: one plain address that mail can be sent to and that can be compared with others.</summary>
public static class EmailAddress
{
    /// <summary>Octets of a local part at most (RFC 5321 4.5.3.1.1).</summary>
    private const int MaxLocalPart = 64;

    /// <summary>Octets of a whole address at most (RFC 5321 4.5.3.1.3, without the angle brackets).</summary>
    private const int MaxAddress = 254;

    private const int MaxLabel = 63;

    /// <summary>
    /// The trimmed address as it was typed, or null when it is none. Quoted local parts, display names, address literals, control characters
    /// and characters that merely look like others are refused: no mailbox needs them, and every mail system reads them in its own way.
    /// </summary>
    public static string? Parse(string? text)
    {
        var address = text?.Trim();
        return Recipient.IsValid(address)
            && !address.Any(c => char.IsWhiteSpace(c) || c is '"' or '<' or '>' or '(' or ')' or ',' or ';')
            && !CanonicalAddress.HasLookalikes(address)
            && CanonicalAddress.TrySplit(address, out var local, out var domain)
            && IsLocalPart(local)
            && IsDomain(domain)
            && Encoding.UTF8.GetByteCount(local) + 1 + domain.Length <= MaxAddress
                ? address
                : null;
    }

    /// <summary>The form that is compared and kept unique.</summary>
    public static string Normalize(string address) => CanonicalAddress.From(address);

    private static bool IsLocalPart(string local) =>
        Encoding.UTF8.GetByteCount(local) <= MaxLocalPart
        && local is not (['.', ..] or [.., '.'])
        && !local.Contains("..", StringComparison.Ordinal);

    // At least two labels, and the last is no number: 1.2.3.4 is the address of a machine (RFC 3696 2).
    private static bool IsDomain(string domain) =>
        domain.Split('.') is [_, .., var top] labels
        && labels.All(label => label is { Length: > 0 and <= MaxLabel } and not (['-', ..] or [.., '-'])
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        && !top.All(char.IsAsciiDigit);
}
