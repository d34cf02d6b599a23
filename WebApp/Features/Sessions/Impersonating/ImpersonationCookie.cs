namespace WebApp.Features.Sessions.Impersonating;

/// <summary>
/// Says which impersonation a browser is in. No secret: it is worth something only beside the cookie of the administrator's session, who can
/// begin one anyway.
/// </summary>
public sealed class ImpersonationCookie(IHostEnvironment environment)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-impersonation" : "impersonation";

    /// <summary>Whether the browser sent one, good or not.</summary>
    public bool IsSent(HttpContext context) => context.Request.Cookies.ContainsKey(Name);

    /// <summary>The impersonation it names; null where it names none.</summary>
    public Guid? Read(HttpContext context) => Guid.TryParseExact(context.Request.Cookies[Name], "N", out var id) ? id : null;

    /// <summary>Hands it out.</summary>
    public void Write(HttpContext context, Impersonation impersonation) =>
        context.Response.Cookies.Append(Name, impersonation.Id.ToString("N"), Attributes(impersonation.ExpiresAt));

    /// <summary>Takes it away.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    // Strict would not do: whoever follows a link from elsewhere would be himself again, unawares.
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
