namespace WebApp.Platform.Http;

/// <summary>Where a request asks to be sent afterwards: believed only where every browser would stay on this site (ASVS 3.7.2).</summary>
public static class ReturnPath
{
    /// <summary>
    /// The path, fit for a <c>Location</c> header; null where there is none on this site. Browsers take <c>\</c> for <c>/</c> and
    /// leave tabs and line ends out before they read an address (WHATWG URL 4.4), so neither is let in.
    /// </summary>
    public static string? LocalOrNull(string? asked) =>
        asked is ['/', ..] and not ['/', '/', ..] && !asked.Any(c => c == '\\' || char.IsControl(c)) ? Ascii(asked) : null;

    /// <summary>The path where it is one on this site, else the account's own page.</summary>
    public static string LocalOrAccount(string? asked) => LocalOrNull(asked) ?? "/account";

    // A header holds ASCII alone; what a path has beyond it is sent as browsers send it.
    private static string Ascii(string path) => System.Text.Ascii.IsValid(path)
        ? path
        : string.Concat(path.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
