using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Sessions;

/// <summary>The key by which a browser is known again, a cookie like the session's. It opens nothing by itself.</summary>
public sealed class DeviceCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-device" : "device";

    /// <summary>The key, if the browser holds one.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Hands out a key, for as long as the device is known.</summary>
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
