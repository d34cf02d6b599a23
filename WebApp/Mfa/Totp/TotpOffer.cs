using System.Text.RegularExpressions;
using QRCoder;

namespace WebApp.Mfa.Totp;

/// <summary>A secret offered to an authenticator app, in the three forms apps take. Refuses to print.</summary>
public sealed partial class TotpOffer
{
    // Large enough that a phone reads it from a desk; the viewBox lets the page choose the size it is shown at.
    private const int PixelsPerModule = 4;

    private readonly string account;
    private readonly string issuer;

    /// <summary>Offers a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="issuer">What the installation is called.</param>
    /// <param name="account">The user's address.</param>
    public TotpOffer(ReadOnlySpan<byte> secret, string issuer, string account)
    {
        Secret = Base32.Encode(secret);

        // A colon parts issuer and account, even when it is escaped.
        this.issuer = Uri.EscapeDataString(issuer.Replace(":", "", StringComparison.Ordinal));
        this.account = Uri.EscapeDataString(account.Replace(":", "", StringComparison.Ordinal));
    }

    /// <summary>The secret in base32.</summary>
    public string Secret { get; }

    /// <summary>The secret in groups of four, to be typed.</summary>
    public string SecretInGroups => Group().Replace(Secret, "$0 ").TrimEnd();

    /// <summary>The <c>otpauth:</c> URI (Google Authenticator's key URI format, which all apps read).</summary>
    public string OtpauthUri => $"otpauth://totp/{issuer}:{account}?secret={Secret}&issuer={issuer}&algorithm=SHA1&digits={TimeCode.Digits}&period={TimeCode.StepSeconds}";

    /// <summary>The URI as a QR code: black on white with its quiet zone, whatever the page's colours; no style, no script.</summary>
    public string QrSvg
    {
        get
        {
            using var data = QRCodeGenerator.GenerateQrCode(OtpauthUri, QRCodeGenerator.ECCLevel.M);
            using var code = new SvgQRCode(data);
            return code.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "TotpOffer(…)";

    [GeneratedRegex(".{4}")]
    private static partial Regex Group();
}
