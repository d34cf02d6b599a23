using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using WebApp.Features.Sessions;

namespace WebApp.Features.SignIn.Sites;

/// <summary>
/// The two cookies a browser has at a protected site, under the site's own host: the pass, and before it the key that binds the sign-in to this
/// browser.
/// </summary>
public sealed class SiteCookies(IOptionsMonitor<SessionCookieOptions> options, TimeProvider clock)
{
    private const int KeySize = 32;

    /// <summary>How long a user may take to sign in.</summary>
    private static readonly TimeSpan EntryLifetime = TimeSpan.FromMinutes(30);

    private bool Secure => options.Get(SessionCookieOptions.Scheme).Secure;

    private string PassName => Secure ? "__Host-site" : "site";

    private string EntryName => Secure ? "__Host-site-entry" : "site-entry";

    /// <summary>The pass the browser sent.</summary>
    public string? ReadPass(HttpContext context) => context.Request.Cookies[PassName];

    /// <summary>Sets the cookie with the pass, which ends when the browser closes. The entry's key stays until it expires: other tabs may still need it.</summary>
    public void WritePass(HttpContext context, string pass) => context.Response.Cookies.Append(PassName, pass, Attributes(null));

    /// <summary>
    /// The SHA-256, base64url, of the browser's key. The browser gets a key if it has none; tabs that sign in at the same time share it. Only the
    /// browser that started the sign-in can use the pass, so an address with somebody else's pass signs no browser in.
    /// </summary>
    public string Entry(HttpContext context)
    {
        if (ReadKey(context) is not { } key)
        {
            key = RandomNumberGenerator.GetBytes(KeySize);
            context.Response.Cookies.Append(EntryName, Base64Url.EncodeToString(key), Attributes(clock.GetUtcNow() + EntryLifetime));
        }

        return Base64Url.EncodeToString(SHA256.HashData(key));
    }

    /// <summary>Whether the entry was created for this browser.</summary>
    public bool Matches(HttpContext context, string entry) => ReadKey(context) is { } key
        && Base64Url.IsValid(entry)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(key), Base64Url.DecodeFromChars(entry));

    private byte[]? ReadKey(HttpContext context) =>
        context.Request.Cookies[EntryName] is { } text && text.Length == Base64Url.GetEncodedLength(KeySize) && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;

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
