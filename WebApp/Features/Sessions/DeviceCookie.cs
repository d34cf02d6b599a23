using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Sessions;

/// <summary>The cookie with the key that identifies a known browser. It has the same attributes as the session cookie, and gives no access by itself.</summary>
public sealed class DeviceCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-device" : "device";

    /// <summary>The key, if the browser sent one.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Sets the cookie for as long as the device is known.</summary>
    public void Write(HttpContext context, RowKey key) => context.Response.Cookies.Append(Name, key.Reveal(), new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = clock.GetUtcNow() + KnownDevices.Lifetime,
        IsEssential = true,
    });
}
