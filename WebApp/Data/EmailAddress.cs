using System.Net.Mail;

namespace WebApp.Data;

/// <summary>What counts as an e-mail address here: one plain address that mail can be sent to.</summary>
public static class EmailAddress
{
    private const int MaxLength = 254; // RFC 5321 4.5.3.1.3: 256 octets with the angle brackets.

    /// <summary>The trimmed address, or null when it is none. Quoted local parts, display names and control characters are refused.</summary>
    public static string? Parse(string? text)
    {
        var address = text?.Trim();
        return address is { Length: > 0 and <= MaxLength }
            && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '"' or '<' or '>' or '(' or ')' or ',' or ';')
            && MailAddress.TryCreate(address, out var parsed)
            && parsed.Address == address
            && parsed.Host.Contains('.')
            && parsed.Host[0] != '[' // An address literal (RFC 5321 4.1.3) would have the mail server connect anywhere.
            && !parsed.Host.StartsWith('.') && !parsed.Host.EndsWith('.')
                ? address
                : null;
    }

    /// <summary>The form that is compared and kept unique.</summary>
    public static string Normalize(string address) => address.ToUpperInvariant();
}
