using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>Ties a ceremony to the browser that began it: the key to its challenge, in a cookie no script can read.</summary>
public sealed class PasskeyCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-passkey" : "passkey";

    /// <summary>The key the browser holds.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Hands out a key; an earlier ceremony of this browser is forgotten.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(clock.GetUtcNow() + PasskeyChallenges.Lifetime));

    /// <summary>Takes it away.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
