using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>“Continue as …” on the login page. Outside Development there is no such route.</summary>
public sealed class LocalhostSignInController(
    LocalhostSignIn signIn, LocalhostOffer offer, BrowserSignIn browser, DeviceCookie device) : Controller
{
    /// <summary>Signs in.</summary>
    [HttpPost("/login/localhost"), LimitByIp]
    public async Task<IActionResult> Index(string? returnUrl, CancellationToken cancel)
    {
        if (offer.For(HttpContext) is null)
        {
            return NotFound();
        }

        var result = await signIn.SignInAsync(email: null, device.Read(HttpContext), ClientInfo.FromRequest(HttpContext), cancel);
        if (result is SignInResult.Refused)
        {
            TempData.Warning = T("That account cannot be used: it is disabled, unconfirmed or awaits deletion.");
        }

        return Redirect(await browser.ContinueAsync(HttpContext, result, remember: false, returnUrl, cancel) ?? "/login");
    }
}
