using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Sites;

/// <summary>Encrypts and decrypts passes and entries.</summary>
public sealed class SitePasses(IDataProtectionProvider protection)
{
    private const int MaxLength = 16 * 1024;
    private const int IdSize = 16;

    private readonly IDataProtector passes = protection.CreateProtector("Sites.Pass");
    private readonly IDataProtector entries = protection.CreateProtector("Sites.Entry");

    /// <summary>The text of the site's cookie.</summary>
    public string Seal(SitePass pass) => Base64Url.EncodeToString(passes.Protect([.. pass.SessionId.ToByteArray(), .. Encoding.UTF8.GetBytes(pass.Site)]));

    /// <summary>Reads a site's cookie; null if this service did not create it.</summary>
    public SitePass? Open(string text) => Open(passes, text) is { Length: > IdSize } bytes
        ? new(new Guid(bytes.AsSpan(0, IdSize)), Encoding.UTF8.GetString(bytes.AsSpan(IdSize)))
        : null;

    /// <summary>The text that is sent in the address.</summary>
    public string Seal(SiteEntry entry) => Base64Url.EncodeToString(entries.Protect(JsonSerializer.SerializeToUtf8Bytes(entry)));

    /// <summary>Reads the text from an address; null if this service did not create it.</summary>
    public SiteEntry? OpenEntry(string? text) => Open(entries, text) is { } bytes ? JsonSerializer.Deserialize<SiteEntry>(bytes) : null;

    private static byte[]? Open(IDataProtector protector, string? text)
    {
        if (text is null or { Length: 0 or > MaxLength } || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>
/// Gives a browser access to one protected site for as long as its session here lasts. Encrypted by Data Protection and not stored: a site has
/// nothing that allows signing in here, or on another site.
/// </summary>
/// <param name="SessionId">The session it depends on.</param>
/// <param name="Site">The site's origin.</param>
public sealed record SitePass(Guid SessionId, string Site);

/// <summary>Checks which user a browser's cookies belong to at a protected site, from memory like any page.</summary>
public sealed class SiteGate(SessionCookie sessionCookie, SiteCookies cookies, SitePasses passes, BrowserSessions sessions)
{
    /// <summary>
    /// The user and their session; null if nobody is signed in. Counts as a use of the session. A pass is valid at its own site only; the session
    /// cookie itself is sent only by a site on the same host.
    /// </summary>
    /// <param name="context">The proxy's request, with the browser's cookies.</param>
    /// <param name="address">The page the browser asked for.</param>
    public async ValueTask<(LiveSession Session, UserSnapshot User)?> FindAsync(HttpContext context, string? address)
    {
        if (cookies.ReadPass(context) is { } text && passes.Open(text) is { } pass
            && Uri.TryCreate(address, UriKind.Absolute, out var page) && Origin.FromUri(page) == pass.Site)
        {
            if (await sessions.FindVouchedAsync(pass.SessionId, ClientInfo.FromRequest(context), context.RequestAborted) is { } vouched)
            {
                return vouched;
            }
        }

        return sessionCookie.Read(context) is { } key
            && await sessions.FindAsync(key, ClientInfo.FromRequest(context), context.RequestAborted) is { } found
                ? found
                : null;
    }
}
