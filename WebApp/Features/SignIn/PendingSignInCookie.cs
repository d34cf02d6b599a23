using WebApp.Features.SecondFactors;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SignIn;

/// <summary>The cookie with the key of a pending sign-in. It has the same attributes as the session cookie.</summary>
public sealed class PendingSignInCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-pending" : "pending";

    /// <summary>The key, if the browser sent one.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Sets the cookie for as long as the sign-in may wait.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(clock.GetUtcNow() + PendingSignIns.Lifetime));

    /// <summary>Deletes the cookie.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

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
