using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Features.Sessions;

/// <summary>Signs browsers in by their session cookie. Roles and names are those of now, not of the sign-in.</summary>
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

        if (await sessions.FindAsync(key, ClientInfo.Of(Context), Context.RequestAborted) is not { } found)
        {
            return AuthenticateResult.NoResult();
        }

        var ticket = found.Session.Ticket;
        return impersonationCookie.Read(Context) is { } id && await impersonations.FindAsync(id, ticket.SessionId, Context.RequestAborted) is { } shown
            ? AuthenticateResult.Success(new(Principal(ticket, shown.User, Actor(shown.Impersonation)), Scheme.Name))
            : AuthenticateResult.Success(new(Principal(ticket, found.User), Scheme.Name));
    }

    /// <summary>
    /// Sends the browser to the login page, and back afterwards: to the page that was asked for, or to that of the form which was sent, with what was
    /// typed and a sentence that nothing of it was saved.
    /// </summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var back = HttpMethods.IsGet(Request.Method) ? QueryString.Create("returnUrl", Request.PathBase + Request.Path + Request.QueryString) : QueryString.Empty;
        if (HttpMethods.IsPost(Request.Method) && StaleForms.IsNavigation(Request))
        {
            var page = forms.PageOf(Request);
            await drafts.KeepAsync(Context, page);
            var notices = tempData.GetTempData(Context);
            notices.Warning = "You were signed out, so nothing was saved. Sign in, then check what you entered and send it again.";
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
