using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Sites;

/// <summary>Seals and opens passes and entries.</summary>
public sealed class SitePasses(IDataProtectionProvider protection)
{
    private const int MaxLength = 16 * 1024;
    private const int IdSize = 16;

    private readonly IDataProtector passes = protection.CreateProtector("Sites.Pass");
    private readonly IDataProtector entries = protection.CreateProtector("Sites.Entry");

    /// <summary>The text of the site's cookie.</summary>
    public string Seal(SitePass pass) => Base64Url.EncodeToString(passes.Protect([.. pass.SessionId.ToByteArray(), .. Encoding.UTF8.GetBytes(pass.Site)]));

    /// <summary>Reads a site's cookie; null where it is not one of ours.</summary>
    public SitePass? Open(string text) => Open(passes, text) is { Length: > IdSize } bytes
        ? new(new Guid(bytes.AsSpan(0, IdSize)), Encoding.UTF8.GetString(bytes.AsSpan(IdSize)))
        : null;

    /// <summary>The text that goes along in the address.</summary>
    public string Seal(SiteEntry entry) => Base64Url.EncodeToString(entries.Protect(JsonSerializer.SerializeToUtf8Bytes(entry)));

    /// <summary>Reads what came in an address; null where it is not one of ours.</summary>
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
/// What lets a browser into one protected site for as long as its session here lives. Sealed by Data Protection and kept nowhere: the
/// site holds nothing with which one could be signed in here, or on another site.
/// </summary>
/// <param name="SessionId">The session it hangs on.</param>
/// <param name="Site">The site's origin.</param>
public sealed record SitePass(Guid SessionId, string Site);

/// <summary>Checks which user a browser brings to a protected site, from memory like any page.</summary>
public sealed class SiteGate(SessionCookie sessionCookie, SiteCookies cookies, SitePasses passes, BrowserSessions sessions)
{
    /// <summary>
    /// The user and how their session shows them; null where nobody is signed in. Counts as a use of the session. A pass is good at its own site alone; the session's own
    /// cookie comes here only from a site on the same host.
    /// </summary>
    /// <param name="context">The proxy's question, with the browser's cookies.</param>
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
