using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Features.SignIn.External;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>
/// Where somebody goes on whose external login belongs to no account: they sign in to the account they have, or create one. The page is the same whether or not
/// the address has an account.
/// </summary>
[Route(ExternalPaths.Register)]
public sealed class ExternalRegistrationController(
    ExternalRegistration registration, RegistrationRules rules, ExternalProviders providers, PendingExternalCookie pending, ExternalSignIn signIn, BrowserSignIn browser,
    DeviceCookie device) : Controller
{
    /// <summary>Shows both ways.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        Held() is var (held, provider) ? View(await PageAsync(held, provider, cancel)) : BeginAgain();

    /// <summary>Creates the account, or goes on to the form of every registration where the address must be confirmed by mail.</summary>
    [HttpPost]
    [ActionName(nameof(Index))]
    public async Task<IActionResult> Create(CancellationToken cancel)
    {
        if (Held() is not var (held, provider))
        {
            return BeginAgain();
        }

        if (providers.ConfirmedAddress(held.Identity) is not { } address)
        {
            // The registration is like every other one. Whoever confirms it and signs in, in this browser, is asked whether to connect the external login.
            (TempData.TypedEmail, TempData.Destination) = (held.Identity.Email, ExternalPaths.Confirm);
            return Redirect("/register");
        }

        switch (await registration.CreateAsync(held.Identity, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case ExternalRegistrationResult.Created:
                return await SignInAsync(held, cancel);
            case ExternalRegistrationResult.Closed:
                ModelState.AddModelError("", RegistrationResult.Closed.Message);
                Response.StatusCode = StatusCodes.Status403Forbidden;
                return View(await PageAsync(held, provider, cancel));
            case ExternalRegistrationResult.Taken:
                (TempData.TypedEmail, TempData.Warning) = (address, T("Your address has an account here already. Sign in to it, and then connect {0}.", provider.DisplayName));
                return Redirect(FactorChoice.PathTo(SessionCookieOptions.LoginPath, ExternalPaths.Confirm));
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> SignInAsync(PendingExternalLogin held, CancellationToken cancel)
    {
        pending.Remove(HttpContext);
        (TempData.TypedEmail, TempData.Destination) = (null, null);
        var result = await signIn.SignInAsync(held.Identity, device.Read(HttpContext), ClientInfo.FromRequest(HttpContext), cancel);
        return Redirect(result is null ? SessionCookieOptions.LoginPath
            : await browser.ContinueAsync(HttpContext, result, remember: false, held.ReturnUrl, cancel) ?? SessionCookieOptions.LoginPath);
    }

    private async Task<ExternalRegistrationPage> PageAsync(PendingExternalLogin held, ExternalProvider provider, CancellationToken cancel) => new(
        provider.DisplayName, held.Identity.Label, (await rules.FindAsync(cancel)).Mode != RegistrationMode.Closed, providers.ConfirmedAddress(held.Identity) is not null);

    private (PendingExternalLogin Held, ExternalProvider Provider)? Held() =>
        pending.Read(HttpContext) is { } held && providers.Find(held.Identity.Provider) is { } provider ? (held, provider) : null;

    private RedirectResult BeginAgain()
    {
        TempData.Warning = T("That took too long. Please start again.");
        return Redirect(SessionCookieOptions.LoginPath);
    }
}

/// <summary>The page at <c>/register/external</c>.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Label">The address or name of the account there.</param>
/// <param name="Offered">Whether registration is open to some.</param>
/// <param name="Direct">Whether the account is created at once, without a mail.</param>
public sealed record ExternalRegistrationPage(string Provider, string? Label, bool Offered, bool Direct);
