using QRCoder;

namespace WebApp.Platform.Pages;

/// <summary>QR codes as SVG: no style and no script, so that the strict content security policy lets them be.</summary>
public static class QrCode
{
    // Large enough that a phone reads it from a desk; the viewBox lets the page choose the size it is shown at.
    private const int PixelsPerModule = 4;

    /// <summary>The text as a QR code: black on white with its quiet zone, whatever the page's colours.</summary>
    public static string Svg(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
