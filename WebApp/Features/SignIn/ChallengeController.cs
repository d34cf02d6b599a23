using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn;

/// <summary>The second step of the web sign-in. The cookie of a pending sign-in gives access to this page only.</summary>
[Route(Path)]
public sealed class ChallengeController(
    SecondFactorSignIn signIn, FactorPages factors, BrowserSignIn browser, PendingSignInCookie pendingCookie) : Controller
{
    private const string Path = "/login/mfa";

    /// <summary>The path of the challenge, for a browser that wants to go on to <paramref name="returnUrl"/>.</summary>
    public static string PathTo(string? returnUrl) => FactorChoice.PathTo(Path, returnUrl);

    /// <summary>Shows the form for a code. Showing it sends no mail and uses up no attempt.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? method, string? returnUrl, CancellationToken cancel) =>
        await signIn.FindAsync(pendingCookie.Read(HttpContext), cancel) is { } pending
            ? await ShowAsync(pending, new() { Method = method, ReturnUrl = returnUrl }, cancel)
            : BeginAgain(returnUrl);

    /// <summary>Checks the code and creates the session.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(FactorForm form, CancellationToken cancel)
    {
        if (await signIn.FindAsync(pendingCookie.Read(HttpContext), cancel) is not { } pending)
        {
            return BeginAgain(form.ReturnUrl);
        }

        if (string.IsNullOrWhiteSpace(form.Code))
        {
            ModelState.AddModelError(nameof(form.Code), T("Enter the code."));
            return await ShowAsync(pending, form, cancel);
        }

        switch (await signIn.CompleteAsync(
            pending,
            form.Method,
            form.Code,
            ClientInfo.FromRequest(HttpContext),
            shown => browser.OpenAsync(HttpContext, new(shown.User, shown.Amr), shown.Pending.Remember, cancel, form.TrustDevice),
            cancel))
        {
            case SecondFactorResult.Completed:
                pendingCookie.Remove(HttpContext);
                TempData.TypedEmail = null;
                return Redirect(ReturnPath.LocalOrAccount(form.ReturnUrl));
            case SecondFactorResult.Refused(var reason):
                FactorPages.Refuse(this, reason);
                return await ShowAsync(pending, form, cancel);
            case SecondFactorResult.NothingPending:
                return BeginAgain(form.ReturnUrl);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Mails a code for this sign-in.</summary>
    [HttpPost("email-code"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> SendCode(FactorForm form, CancellationToken cancel)
    {
        if (await signIn.FindAsync(pendingCookie.Read(HttpContext), cancel) is not { } pending)
        {
            return BeginAgain(form.ReturnUrl);
        }

        if (await factors.SendAsync(this, pending.UserId, pending.Id, cancel) is not { } refusal)
        {
            return Redirect(FactorChoice.PathTo(Path, ReturnPath.LocalOrNull(form.ReturnUrl), FactorMethod.Email));
        }

        ModelState.AddModelError("", refusal.Message);
        return await ShowAsync(pending, new() { Method = FactorMethod.Email, ReturnUrl = form.ReturnUrl, ResendIn = refusal.Wait }, cancel);
    }

    private async Task<ViewResult> ShowAsync(PendingSignIn pending, FactorForm form, CancellationToken cancel)
    {
        // The typed code is not sent back to the page.
        var choice = await factors.ChoiceAsync(Path, pending.UserId, pending.Id, form.Method, ReturnPath.LocalOrNull(form.ReturnUrl), canTrust: true, cancel);
        return View("Index", new FactorForm { TrustDevice = form.TrustDevice, ResendIn = form.ResendIn, Choice = choice });
    }

    // Without a pending sign-in there is nothing to answer. Only a browser that had one gets the reason.
    private RedirectResult BeginAgain(string? returnUrl)
    {
        if (pendingCookie.Read(HttpContext) is not null)
        {
            pendingCookie.Remove(HttpContext);
            TempData.Warning = T("This sign-in took too long or was ended. Please sign in again.");
        }

        return Redirect(FactorChoice.PathTo("/login", ReturnPath.LocalOrNull(returnUrl)));
    }
}
