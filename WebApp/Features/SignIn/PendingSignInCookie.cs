using WebApp.Features.SecondFactors;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SignIn;

/// <summary>The key of a pending sign-in, a cookie like the session's.</summary>
public sealed class PendingSignInCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-pending" : "pending";

    /// <summary>The pending sign-in's key, if the browser holds one.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Hands out a pending sign-in's key, for as long as it may wait.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(clock.GetUtcNow() + PendingSignIns.Lifetime));

    /// <summary>Takes the pending sign-in's key away.</summary>
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
