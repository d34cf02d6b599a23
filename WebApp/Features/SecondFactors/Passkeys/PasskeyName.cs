using Microsoft.AspNetCore.Identity;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>What passkeys are called.</summary>
public static class PasskeyName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 60;

    /// <summary>The name as it is kept: no control characters, no blanks around it. Null when nothing is left, or too much.</summary>
    public static string? Parse(string? typed) =>
        OneLine.Of(typed, int.MaxValue) is { Length: <= MaxLength } name ? name : null;

    /// <summary>A name for one whose owner gave none: by how it is reached, else by the browser that made it.</summary>
    public static string Suggest(UserPasskeyInfo passkey, ClientInfo client)
    {
        // hybrid: a phone near by; usb, nfc, ble: a key in the hand; internal: this device or its password manager (WebAuthn 3, 5.8.4).
        var transports = passkey.Transports ?? [];
        return transports.Contains("internal") || transports.Length == 0 ? client.Device
            : transports.Contains("hybrid") ? "Phone or tablet"
            : "Security key";
    }
}
