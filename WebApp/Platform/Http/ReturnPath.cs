namespace WebApp.Platform.Http;

/// <summary>Validates a return path from a request: accepted only if every browser would stay on this site (ASVS 3.7.2).</summary>
public static class ReturnPath
{
    /// <summary>
    /// The path, encoded for a <c>Location</c> header; null if it is not on this site. Browsers read <c>\</c> as <c>/</c> and
    /// remove tabs and line ends from an address (WHATWG URL 4.4), so both are rejected.
    /// </summary>
    public static string? LocalOrNull(string? asked) =>
        asked is ['/', ..] and not ['/', '/', ..] && !asked.Any(c => c == '\\' || char.IsControl(c)) ? Ascii(asked) : null;

    /// <summary>The path if it is on this site, else the account page.</summary>
    public static string LocalOrAccount(string? asked) => LocalOrNull(asked) ?? "/account";

    // Headers are ASCII only; other characters are percent-encoded, as browsers do.
    private static string Ascii(string path) => System.Text.Ascii.IsValid(path)
        ? path
        : string.Concat(path.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
