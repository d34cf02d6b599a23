using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>“Continue as …” on the login page. Outside Development there is no such route.</summary>
public sealed class LocalhostSignInController(
    LocalhostSignIn signIn, LocalhostOffer offer, PendingSignIns pendings, BrowserSignIn browser, PendingSignInCookie keys, DeviceCookie device) : Controller
{
    /// <summary>Signs in.</summary>
    [HttpPost("/login/localhost"), LimitByIp]
    public async Task<IActionResult> Index(string? returnUrl, CancellationToken cancel)
    {
        if (offer.For(HttpContext) is null)
        {
            return NotFound();
        }

        switch (await signIn.SignInAsync(email: null, device.Read(HttpContext), ClientInfo.Of(HttpContext), cancel))
        {
            case SignInResult.Authenticated user:
                return Redirect(await browser.OpenAsync(HttpContext, user, remember: false, cancel) ? ReturnPath.Of(returnUrl) ?? "/account" : "/login");
            case SignInResult.SecondFactorRequired(var pending, var amr) step:
                keys.WritePending(HttpContext, await pendings.BeginAsync(pending, amr, remember: false, deviceName: null, cancel, step.KnownDevice));
                return Redirect(ChallengeController.PathTo(ReturnPath.Of(returnUrl)));
            case SignInResult.Refused:
                TempData.Warning = "That account cannot be used: it is disabled, unconfirmed or awaits deletion.";
                return Redirect("/login");
            default:
                throw new UnreachableException();
        }
    }
}
