using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace WebApp.Platform.Mail;

/// <summary>Which addresses mail is sent to.</summary>
public static class Recipient
{
    // RFC 5321 4.5.3.1.3: a path has at most 256 characters, its two angle brackets included.
    private const int MaxLength = 254;

    /// <summary>
    /// True for one bare address: no display name, comment or second address, and nothing that could end a header line or
    /// hide what is read. What follows the last check is still sent as a parsed <see cref="MailAddress"/>.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? address) =>
        address is { Length: > 0 and <= MaxLength }
        && address.EnumerateRunes().All(IsVisible)
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address;

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar; // Also what an unpaired surrogate reads as.
}
