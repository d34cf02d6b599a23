using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Features.Sessions;

/// <summary>Writes, reads and removes the session cookie.</summary>
public sealed class SessionCookie(IOptionsMonitor<SessionCookieOptions> options)
{
    private SessionCookieOptions Options => options.Get(SessionCookieOptions.Scheme);

    /// <summary>The key that the browser sent, whether or not it is still valid.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Options.CookieName]);

    /// <summary>Sets the cookie. If <paramref name="expires"/> is null, the cookie ends when the browser closes.</summary>
    public void Write(HttpContext context, RowKey key, DateTimeOffset? expires) =>
        context.Response.Cookies.Append(Options.CookieName, key.Reveal(), Attributes(expires));

    /// <summary>Deletes the cookie.</summary>
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

/// <summary>Authenticates browsers by their session cookie. Roles and names are the current ones, not those of the sign-in.</summary>
public sealed class SessionCookieHandler(
    IOptionsMonitor<SessionCookieOptions> options, ILoggerFactory loggers, UrlEncoder encoder, BrowserSessions sessions,
    ImpersonationCookie impersonationCookie, Impersonations impersonations, StaleForms forms, FormDrafts drafts, ITempDataDictionaryFactory tempData)
    : AuthenticationHandler<SessionCookieOptions>(options, loggers, encoder)
{
    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[Options.CookieName] is not { } cookie || RowKey.TryParse(cookie) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        if (await sessions.FindAsync(key, ClientInfo.FromRequest(Context), Context.RequestAborted) is not { } found)
        {
            return AuthenticateResult.NoResult();
        }

        var ticket = found.Session.Ticket;
        return impersonationCookie.Read(Context) is { } id && await impersonations.FindAsync(id, ticket.SessionId, Context.RequestAborted) is { } shown
            ? AuthenticateResult.Success(new(Principal(ticket, shown.User, Actor(shown.Impersonation)), Scheme.Name))
            : AuthenticateResult.Success(new(Principal(ticket, found.User), Scheme.Name));
    }

    /// <summary>
    /// Redirects the browser to the login page, and back afterwards: to the requested page, or to the page of the submitted form, with the typed values and
    /// a message that nothing was saved.
    /// </summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var back = HttpMethods.IsGet(Request.Method) ? QueryString.Create("returnUrl", Request.PathBase + Request.Path + Request.QueryString) : QueryString.Empty;
        if (HttpMethods.IsPost(Request.Method) && StaleForms.IsNavigation(Request))
        {
            var page = forms.PageOf(Request);
            await drafts.KeepAsync(Context, page);
            var notices = tempData.GetTempData(Context);
            notices.Warning = T("You were signed out, so nothing was saved. Sign in, then check what you entered and send it again.");
            notices.Save();
            back = QueryString.Create("returnUrl", page);
        }

        Response.Redirect(Request.PathBase + SessionCookieOptions.LoginPath + back);
    }

    private static Claim[] Actor(Impersonation impersonation) =>
    [
        new(PrincipalClaims.Actor, impersonation.ActorId.ToString()),
        new(PrincipalClaims.ActorUntil, impersonation.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
    ];

    private static ClaimsPrincipal Principal(SessionTicket ticket, UserSnapshot user, params Claim[] more) => new(new ClaimsIdentity(
        [
            new(PrincipalClaims.Subject, user.Id.ToString()),
            new(PrincipalClaims.SessionId, ticket.SessionId.ToString()),
            new(PrincipalClaims.Name, user.Name),
            new(PrincipalClaims.AuthenticationTime, ticket.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            .. ticket.Amr.Select(way => new Claim(PrincipalClaims.Amr, way)),
            .. user.Roles.Select(role => new Claim(PrincipalClaims.Role, role)),
            .. more,
        ],
        SessionCookieOptions.Scheme,
        PrincipalClaims.Name,
        PrincipalClaims.Role));
}

/// <summary>Options of the session cookie's scheme.</summary>
public sealed class SessionCookieOptions : AuthenticationSchemeOptions
{
    /// <summary>The scheme.</summary>
    public const string Scheme = "Session";

    /// <summary>Where a signed-out user is redirected; the requested page is passed as <c>returnUrl</c>.</summary>
    public const string LoginPath = "/login";

    /// <summary>Whether the cookie is Secure and has the <c>__Host-</c> prefix: always, except in Development over HTTP.</summary>
    public bool Secure { get; set; }

    /// <summary>The cookie's name.</summary>
    public string CookieName => Secure ? "__Host-session" : "session";
}

/// <summary>
/// The content of a browser session, encrypted and authenticated in its row. The row's own columns serve lists and updates; the ticket ensures that a row
/// written by hand, without the key ring, gives no access.
/// </summary>
/// <param name="SessionId">The row it belongs to.</param>
/// <param name="UserId">The signed-in user.</param>
/// <param name="KeyHash">SHA-256 of the cookie's key.</param>
/// <param name="Amr">How the user was authenticated.</param>
/// <param name="AuthenticatedAt">When (UTC).</param>
/// <param name="ExpiresAt">The absolute limit (UTC).</param>
/// <param name="IdleLimit">How long it may be unused.</param>
/// <param name="TokenVersion">The user's token version at sign-in.</param>
public sealed record SessionTicket(
    Guid SessionId, Guid UserId, byte[] KeyHash, string[] Amr, DateTimeOffset AuthenticatedAt, DateTimeOffset ExpiresAt, TimeSpan IdleLimit, int TokenVersion)
{
    /// <summary>The purpose of the Data Protection key.</summary>
    internal const string Purpose = "Sessions.Ticket";

    /// <summary>Encrypts the ticket for its row.</summary>
    public byte[] Seal(IDataProtector protector) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Decrypts the ticket of a row.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was not encrypted by this installation.</exception>
    public static SessionTicket Open(byte[] sealedTicket, IDataProtector protector) =>
        JsonSerializer.Deserialize<SessionTicket>(protector.Unprotect(sealedTicket))!;
}
