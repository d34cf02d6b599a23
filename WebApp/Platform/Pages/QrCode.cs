using QRCoder;

namespace WebApp.Platform.Pages;

/// <summary>QR codes as SVG without style and script, which the strict content security policy allows.</summary>
public static class QrCode
{
    // Large enough to scan with a phone; with a viewBox the page can choose the size.
    private const int PixelsPerModule = 4;

    /// <summary>The text as a QR code: always black on white, with its quiet zone.</summary>
    public static string Svg(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
