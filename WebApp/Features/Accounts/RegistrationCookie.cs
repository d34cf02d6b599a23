using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Accounts;

/// <summary>
/// Knows the browser that registered: the key to its registration, in a cookie that no script can read. It is set whether or not the address was
/// free. Lax, because the mailed link is followed from another site.
/// </summary>
public sealed class RegistrationCookie(IHostEnvironment environment)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-registration" : "registration";

    /// <summary>The key the browser holds.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Hands out a key, in place of an earlier registration's.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(PendingRegistration.Lifetime));

    /// <summary>Takes it away.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(TimeSpan? age) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
