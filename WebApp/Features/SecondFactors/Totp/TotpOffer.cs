using System.Text.RegularExpressions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>A secret offered to an authenticator app, in the three forms apps take. Refuses to print.</summary>
public sealed partial class TotpOffer
{
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

    /// <summary>The URI as a QR code.</summary>
    public string QrSvg => QrCode.Svg(OtpauthUri);

    /// <inheritdoc/>
    public override string ToString() => "TotpOffer(…)";

    [GeneratedRegex(".{4}")]
    private static partial Regex Group();
}
