using WebApp.Data.Encryption;
using WebApp.Mfa;
using WebApp.Sessions;

namespace WebApp.SignIn;

/// <summary>The two further keys a browser may hold: of a pending sign-in, and of a trusted device. Cookies like the session's.</summary>
public sealed class BrowserKeys(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string PendingName => Secure ? "__Host-pending" : "pending";

    private string DeviceName => Secure ? "__Host-device" : "device";

    /// <summary>The pending sign-in's key, if the browser holds one.</summary>
    public RowKey? ReadPending(HttpContext context) => RowKey.TryParse(context.Request.Cookies[PendingName]);

    /// <summary>Hands out a pending sign-in's key, for as long as it may wait.</summary>
    public void WritePending(HttpContext context, RowKey key) => Write(context, PendingName, key, PendingSignIns.Lifetime);

    /// <summary>Takes the pending sign-in's key away.</summary>
    public void RemovePending(HttpContext context) => context.Response.Cookies.Delete(PendingName, Attributes(null));

    /// <summary>The device's key, if the browser holds one.</summary>
    public RowKey? ReadDevice(HttpContext context) => RowKey.TryParse(context.Request.Cookies[DeviceName]);

    /// <summary>Hands out a trusted device's key.</summary>
    public void WriteDevice(HttpContext context, RowKey key) => Write(context, DeviceName, key, KnownDevices.TrustLifetime);

    private void Write(HttpContext context, string name, RowKey key, TimeSpan lifetime) =>
        context.Response.Cookies.Append(name, key.Reveal(), Attributes(clock.GetUtcNow() + lifetime));

    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
