using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>What a device is handed when it asks: a key to poll with, and a code to show. Refuses to print.</summary>
/// <param name="Key">The <c>device_code</c>.</param>
/// <param name="Code">The <c>user_code</c>, without its dash.</param>
/// <param name="Page">Where people type the code.</param>
public sealed record DeviceOffer(RowKey Key, string Code, string Page)
{
    /// <summary>The code as the device shows it.</summary>
    public string ShownCode => UserCode.Show(Code);

    /// <summary>The page with the code in it, for whoever can follow a link or scan one.</summary>
    public string PageWithCode => $"{Page}?user_code={ShownCode}";

    /// <summary>That link as a QR code.</summary>
    public string QrSvg => QrCode.Svg(PageWithCode);

    /// <inheritdoc/>
    public override string ToString() => "DeviceOffer(…)";
}
