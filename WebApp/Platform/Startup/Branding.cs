using System.Globalization;

namespace WebApp.Platform.Startup;

/// <summary>How the installation looks, and where it leads people: section <c>Branding</c>.</summary>
public sealed class Branding
{
    /// <summary>The largest logo, in bytes: it is in memory, and part of every page.</summary>
    public const int MaxLogoBytes = 256 * 1024;

    /// <summary>The path of an image file: .svg, .png, .webp or .jpg; relative to the application's folder. Null: the application's own mark.</summary>
    public string? LogoPath { get; set; }

    /// <summary>The colour of buttons and links, as <c>#rrggbb</c>. White text on it must be readable. Null: the application's own.</summary>
    public string? AccentColor { get; set; }

    /// <summary>The address for questions, on pages and in mails.</summary>
    public string? SupportEmail { get; set; }

    /// <summary>The terms of use.</summary>
    public Uri? TermsUrl { get; set; }

    /// <summary>The privacy policy.</summary>
    public Uri? PrivacyUrl { get; set; }

    /// <summary>The path of the logo, with a version that changes with its content; null if there is none. Set at the start.</summary>
    public string? LogoAddress { get; internal set; }

    /// <summary>Whether mail programs show the logo's format: most show no SVG.</summary>
    public bool LogoIsForMails => LogoAddress is not null && !string.Equals(Path.GetExtension(LogoPath), ".svg", StringComparison.OrdinalIgnoreCase);

    /// <summary>The colour; null if none is set.</summary>
    public AccentColor? Accent => Startup.AccentColor.Parse(AccentColor);

    /// <summary>The links of the footer: text and address.</summary>
    public IEnumerable<(string Text, string Address)> Links =>
        new (string Text, string? Address)[] { (T("Terms"), TermsUrl?.OriginalString), (T("Privacy"), PrivacyUrl?.OriginalString), (T("Support"), SupportEmail is null ? null : $"mailto:{SupportEmail}") }
            .Where(link => link.Address is not null).Select(link => (link.Text, link.Address!));

    /// <summary>What is wrong, naming the key; null if nothing is.</summary>
    internal string? Fault() =>
        !string.IsNullOrEmpty(AccentColor) && Accent is null ? "Branding:AccentColor must be a colour such as #0e5f58."
        : Accent is { } color && color.ContrastWith(Startup.AccentColor.White) < Startup.AccentColor.MinContrast
            ? string.Create(CultureInfo.InvariantCulture, $"Branding:AccentColor {AccentColor} has a contrast of {color.ContrastWith(Startup.AccentColor.White):0.0} to 1 with white; text on buttons needs {Startup.AccentColor.MinContrast} to 1 (WCAG 1.4.3). Use a darker colour.")
        : !IsWeb(TermsUrl) ? "Branding:TermsUrl must be an http or https address."
        : !IsWeb(PrivacyUrl) ? "Branding:PrivacyUrl must be an http or https address."
        : SupportEmail is { } address && (address.Count(c => c == '@') != 1 || address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '?' or '&' or '<' or '>' or '"'))
            ? "Branding:SupportEmail must be a bare email address."
        : null;

    private static bool IsWeb(Uri? uri) => uri is null or { IsAbsoluteUri: true, Scheme: "http" or "https" };
}

/// <summary>A colour, and how readable text is on it (WCAG 2.2, “contrast ratio”).</summary>
public readonly record struct AccentColor(byte Red, byte Green, byte Blue)
{
    /// <summary>The least contrast of text (WCAG 1.4.3).</summary>
    public const double MinContrast = 4.5;

    /// <summary>White.</summary>
    public static AccentColor White { get; } = new(255, 255, 255);

    /// <summary>The surface of the dark scheme, as in <c>tokens.css</c>.</summary>
    public static AccentColor DarkSurface { get; } = new(0x1a, 0x21, 0x25);

    /// <summary>Reads <c>#rrggbb</c>; null if it is something else.</summary>
    public static AccentColor? Parse(string? text) =>
        text is ['#', .. { Length: 6 } digits] && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new((byte)(value >> 16), (byte)(value >> 8), (byte)value) : null;

    /// <summary>The contrast with another colour, 1 to 21.</summary>
    public double ContrastWith(AccentColor other)
    {
        var (one, two) = (Luminance, other.Luminance);
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    /// <summary>The colour for the dark scheme: as light as text on the dark surface needs.</summary>
    public AccentColor ForDarkScheme()
    {
        var color = this;
        while (color.ContrastWith(DarkSurface) < MinContrast + 1)
        {
            color = color.Mix(White, 0.1);
        }

        return color;
    }

    /// <summary>This colour with a share of another.</summary>
    public AccentColor Mix(AccentColor other, double share)
    {
        // Rounded up, so that mixing with white ends at white.
        static byte Between(byte from, byte to, double share) => (byte)(to > from ? Math.Ceiling(from + ((to - from) * share)) : Math.Floor(from + ((to - from) * share)));
        return new(Between(Red, other.Red, share), Between(Green, other.Green, share), Between(Blue, other.Blue, share));
    }

    /// <summary><c>#rrggbb</c>.</summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
