using System.Net.Mail;

namespace WebApp.Mail;

/// <summary>What counts as an e-mail address here: one plain address that mail can be sent to.</summary>
public static class EmailAddress
{
    /// <summary>The trimmed address, or null when it is none. Quoted local parts, display names and control characters are refused.</summary>
    public static string? Parse(string? text)
    {
        var address = text?.Trim();
        return Recipient.IsValid(address)
            && !address.Any(c => char.IsWhiteSpace(c) || c is '"' or '<' or '>' or '(' or ')' or ',' or ';')
            && MailAddress.TryCreate(address, out var parsed)
            && parsed.Host.Contains('.')
            && parsed.Host[0] != '[' // An address literal (RFC 5321 4.1.3) would have the mail server connect anywhere.
            && !parsed.Host.StartsWith('.') && !parsed.Host.EndsWith('.')
                ? address
                : null;
    }

    /// <summary>The form that is compared and kept unique.</summary>
    public static string Normalize(string address) => address.ToUpperInvariant();
}
