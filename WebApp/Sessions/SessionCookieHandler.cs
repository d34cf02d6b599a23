using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using WebApp.Data.Encryption;
using WebApp.Data.Users;
using WebApp.Hosting;

namespace WebApp.Sessions;

/// <summary>Signs browsers in by their session cookie. Roles and names are those of now, not of the sign-in.</summary>
public sealed class SessionCookieHandler(
    IOptionsMonitor<SessionCookieOptions> options, ILoggerFactory loggers, UrlEncoder encoder, BrowserSessions sessions)
    : AuthenticationHandler<SessionCookieOptions>(options, loggers, encoder)
{
    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[Options.CookieName] is not { } cookie || RowKey.TryParse(cookie) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        return await sessions.FindAsync(key, ClientInfo.Of(Context), Context.RequestAborted) is { } found
            ? AuthenticateResult.Success(new(Principal(found.Session.Ticket, found.User), Scheme.Name))
            : AuthenticateResult.NoResult();
    }

    /// <summary>Sends the browser to the login page, and back afterwards where a page was asked for.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var back = HttpMethods.IsGet(Request.Method) ? QueryString.Create("returnUrl", Request.PathBase + Request.Path + Request.QueryString) : QueryString.Empty;
        Response.Redirect(Request.PathBase + SessionCookieOptions.LoginPath + back);
        return Task.CompletedTask;
    }

    private static ClaimsPrincipal Principal(SessionTicket ticket, UserSnapshot user) => new(new ClaimsIdentity(
        [
            new(PrincipalClaims.Subject, user.Id.ToString()),
            new(PrincipalClaims.SessionId, ticket.SessionId.ToString()),
            new(PrincipalClaims.Name, user.Name),
            new(PrincipalClaims.AuthenticationTime, ticket.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            .. ticket.Amr.Select(way => new Claim(PrincipalClaims.Amr, way)),
            .. user.Roles.Select(role => new Claim(PrincipalClaims.Role, role)),
        ],
        SessionCookieOptions.Scheme,
        PrincipalClaims.Name,
        PrincipalClaims.Role));
}
