using System.Text;
using WebApp.Platform.Users;

namespace WebApp.Platform.Mail;

/// <summary>The rule for e-mail addresses: one plain address that mail can be sent to and that can be compared with others.</summary>
public static class EmailAddress
{
    /// <summary>The maximum length of a local part, in octets (RFC 5321 4.5.3.1.1).</summary>
    private const int MaxLocalPart = 64;

    /// <summary>The maximum length of an address, in octets (RFC 5321 4.5.3.1.3, without the angle brackets).</summary>
    private const int MaxAddress = 254;

    private const int MaxLabel = 63;

    /// <summary>
    /// The trimmed address as typed; null if it is invalid. Quoted local parts, display names, address literals, control characters
    /// and lookalike characters are rejected: no mailbox needs them, and mail systems interpret them differently.
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

    // At least two labels, and the last is not a number: 1.2.3.4 is an IP address (RFC 3696 2).
    private static bool IsDomain(string domain) =>
        domain.Split('.') is [_, .., var top] labels
        && labels.All(label => label is { Length: > 0 and <= MaxLabel } and not (['-', ..] or [.., '-'])
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        && !top.All(char.IsAsciiDigit);
}
