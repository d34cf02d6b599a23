using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using WebApp.Platform.Text;

namespace WebApp.Platform.Users;

/// <summary>The canonical form in which e-mail addresses are compared, counted and kept unique.</summary>
/// <remarks>
/// Two spellings of one mailbox are one account: the domain is compared by its A-labels (RFC 5890), the local part
/// by its composed form (NFC), case-insensitively.
/// </remarks>
public static class CanonicalAddress
{
    // UTS 46 with the letters, digits and hyphens of STD 3.
    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// The canonical form of an address as typed. For an ASCII address it is the trimmed upper-case spelling. Text that is not an address has a form
    /// too, so that a search or a wrong name at sign-in needs no special case.
    /// </summary>
    public static string From(string text)
    {
        var typed = text.Trim();
        return Ascii.IsValid(typed) ? typed.ToUpperInvariant()
            : TrySplit(typed, out var local, out var domain) ? $"{Fold(local)}@{domain.ToUpperInvariant()}"
            : Fold(typed);
    }

    /// <summary>Returns the local part as typed and the domain as A-labels. False for text without an @, or with an invalid domain.</summary>
    public static bool TrySplit(string address, [NotNullWhen(true)] out string? local, [NotNullWhen(true)] out string? domain)
    {
        (local, domain) = (null, null);
        var at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1 || !IsWellFormed(address))
        {
            return false;
        }

        try
        {
            (local, domain) = (address[..at], Domains.GetAscii(address[(at + 1)..].Normalize(NormalizationForm.FormC)));
            return true;
        }
        catch (ArgumentException)
        {
            return false; // An empty or overlong label, or a character that no domain name may have.
        }
    }

    /// <summary>
    /// Whether a text has characters that look like others: full-width letters, ligatures, the long s. They change under compatibility mapping
    /// but not under canonical mapping (UAX 15).
    /// </summary>
    public static bool HasLookalikes(string text) =>
        !IsWellFormed(text) || text.Normalize(NormalizationForm.FormC) != text.Normalize(NormalizationForm.FormKC);

    // The Turkish letters i, with and without a dot, are folded to the ASCII i.
    private static string Fold(string text) => !IsWellFormed(text)
        ? text
        : text.Normalize(NormalizationForm.FormC).ToUpperInvariant().Replace('ı', 'I').Replace('İ', 'I').Normalize(NormalizationForm.FormC);

    // The replacement character stands where another program found no valid text.
    private static bool IsWellFormed(string text) => UnicodeText.IsWellFormed(text) && !text.Contains('\uFFFD');
}
