using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using OpenIddict.Server.AspNetCore;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Http;

namespace WebApp.Features.Applications;

/// <summary>Signs a browser out at an application's request (OpenID Connect RP-Initiated Logout 1.0). OpenIddict has checked the address to return to.</summary>
[ReadByProtocol]
public sealed class ApplicationLogoutController(BrowserSignIn browser, RegisteredApplications applications) : Controller
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>
    /// Signs out if the application shows an identity token of this very session. Otherwise it asks the user: another site can make a browser follow a link.
    /// </summary>
    [HttpGet(ApplicationPaths.Logout)]
    public async Task<IActionResult> Logout(CancellationToken cancel)
    {
        if (User.Identity is not { IsAuthenticated: true })
        {
            return SignedOut();
        }

        var hint = (await HttpContext.AuthenticateAsync(Scheme)).Principal;
        if (hint is not null && GrantedSessions.In(hint) is var (session, user) && (session, user) == (User.SessionId, User.UserId))
        {
            return await EndAsync(cancel);
        }

        var asked = HttpContext.GetOpenIddictServerRequest()!;
        if (Uri.TryCreate(asked.PostLogoutRedirectUri, UriKind.Absolute, out var target)) // An empty one is like none.
        {
            Response.AllowFormTo(target);
        }

        var name = asked.ClientId is { Length: > 0 } id && await applications.FindByClientIdAsync(id, cancel) is { } application ? application.DisplayName ?? id : null;
        return View(new LogoutPage(name, [.. Request.Query]));
    }

    /// <summary>Signs out after the user was asked.</summary>
    [HttpPost(ApplicationPaths.Logout)]
    public Task<IActionResult> Confirm(CancellationToken cancel) => EndAsync(cancel);

    private async Task<IActionResult> EndAsync(CancellationToken cancel)
    {
        await browser.EndAsync(HttpContext, cancel);
        return SignedOut();
    }

    // OpenIddict redirects to the application if it gave an address, else here.
    private SignOutResult SignedOut() => SignOut(new AuthenticationProperties { RedirectUri = SessionCookieOptions.LoginPath }, Scheme);
}

/// <summary>The page that asks before signing out.</summary>
/// <param name="Application">The application's name; null if it did not say which it is.</param>
/// <param name="Fields">The request, which the form sends again.</param>
public sealed record LogoutPage(string? Application, IReadOnlyList<KeyValuePair<string, StringValues>> Fields);
