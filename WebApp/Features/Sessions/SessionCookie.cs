using Microsoft.Extensions.Options;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Sessions;

/// <summary>Writes, reads and removes the session cookie.</summary>
public sealed class SessionCookie(IOptionsMonitor<SessionCookieOptions> options)
{
    private SessionCookieOptions Options => options.Get(SessionCookieOptions.Scheme);

    /// <summary>The key the browser sent, whether or not it still opens anything.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Options.CookieName]);

    /// <summary>Hands the browser its key. With <paramref name="expires"/> null the cookie ends with the browser.</summary>
    public void Write(HttpContext context, RowKey key, DateTimeOffset? expires) =>
        context.Response.Cookies.Append(Options.CookieName, key.Reveal(), Attributes(expires));

    /// <summary>Takes the cookie away.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Options.CookieName, Attributes(null));

    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Options.Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
