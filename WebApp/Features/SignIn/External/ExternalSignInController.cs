using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn.External;

/// <summary>Sends a browser to an outside provider, to sign in or to authenticate again, and receives it back.</summary>
[ReadByProtocol]
public sealed class ExternalSignInController(
    ExternalProviders providers, ExternalProtocol protocol, ExternalSignIn signIn, ExternalLinks links, ExternalStepUp stepUp, BrowserSignIn browser,
    DeviceCookie device, PendingExternalCookie pending, TimeProvider clock) : Controller
{
    /// <summary>Begins a sign-in.</summary>
    [HttpPost(ExternalPaths.Login + "/{name}"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public Task<IActionResult> Begin(string name, string? returnUrl, CancellationToken cancel) =>
        GoAsync(name, ExternalPurpose.SignIn, ReturnPath.LocalOrNull(returnUrl) ?? TempData.Destination, SessionCookieOptions.LoginPath, cancel);

    /// <summary>Begins to authenticate a signed-in user again.</summary>
    [Authorize, AllowWithoutSecondFactor]
    [HttpPost("/reauthenticate/external/{name}")]
    public async Task<IActionResult> Reauthenticate(string name, string? returnUrl, CancellationToken cancel) =>
        (await stepUp.OfferAsync(User.UserId, cancel)).Any(provider => provider.Name == name)
            ? await GoAsync(name, ExternalPurpose.StepUp, ReturnPath.LocalOrNull(returnUrl), "/reauthenticate", cancel)
            : NotFound();

    /// <summary>Begins to link an account at a provider to the account of the signed-in user.</summary>
    [Authorize]
    [HttpPost(ExternalPaths.Settings + "/link/{name}")]
    [RequireStrongAuthentication(Page = ExternalPaths.Settings)]
    public Task<IActionResult> Link(string name, CancellationToken cancel) => GoAsync(name, ExternalPurpose.Link, null, ExternalPaths.Settings, cancel);

    /// <summary>Receives the provider's answer.</summary>
    [HttpGet(ExternalPaths.Login + "/{name}/callback"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Callback(string name, CancellationToken cancel)
    {
        if (providers.Find(name) is not { } provider)
        {
            return NotFound();
        }

        var answer = await protocol.ReadAsync(HttpContext, provider);
        if (answer is not ExternalAnswer.Named(var identity, var errand))
        {
            return Fail(provider, answer is ExternalAnswer.Unusable { Cancelled: true });
        }

        return errand.Purpose switch
        {
            ExternalPurpose.SignIn => await SignInAsync(provider, identity, errand, cancel),
            _ when !IsOwnSession(errand) => Refuse(T("You were signed out meanwhile, or signed in as somebody else. Nothing was changed."), SessionCookieOptions.LoginPath),
            ExternalPurpose.Link => await LinkAsync(provider, identity, cancel),
            _ => await ReauthenticateAsync(provider, identity, errand, cancel),
        };
    }

    private async Task<IActionResult> SignInAsync(ExternalProvider provider, ExternalIdentity identity, ExternalErrand errand, CancellationToken cancel)
    {
        var result = await signIn.SignInAsync(identity, device.Read(HttpContext), ClientInfo.FromRequest(HttpContext), cancel);
        if (result is null)
        {
            pending.Write(HttpContext, identity, errand.ReturnUrl);
            return Redirect(ExternalPaths.Register);
        }

        if (await browser.ContinueAsync(HttpContext, result, remember: false, errand.ReturnUrl, cancel) is not { } next)
        {
            return Refuse(T("{0} knows you, but the account here cannot be used now.", provider.DisplayName), SessionCookieOptions.LoginPath);
        }

        if (result is SignInResult.Authenticated)
        {
            (TempData.TypedEmail, TempData.Destination) = (null, null);
        }

        return Redirect(next);
    }

    private async Task<IActionResult> LinkAsync(ExternalProvider provider, ExternalIdentity identity, CancellationToken cancel)
    {
        if (RecentAuthentication.IsTooOld(User.AuthenticatedAt!.Value, clock.GetUtcNow()))
        {
            pending.Write(HttpContext, identity, ExternalPaths.Settings);
            return Redirect(ExternalPaths.Confirm);
        }

        ExternalLoginsController.Say(TempData, provider, await links.LinkAsync(Caller.FromRequest(HttpContext), identity, cancel));
        return Redirect(ExternalPaths.Settings);
    }

    private async Task<IActionResult> ReauthenticateAsync(ExternalProvider provider, ExternalIdentity identity, ExternalErrand errand, CancellationToken cancel)
    {
        if (!await stepUp.ShowsAsync(User.UserId, identity, errand, cancel))
        {
            return Refuse(
                T("{0} did not confirm that you have just signed in there with the account that is linked here. You can choose a password here instead.", provider.DisplayName),
                FactorChoice.PathTo("/reauthenticate", errand.ReturnUrl));
        }

        await browser.RenewAsync(HttpContext, ExternalStepUp.Method, cancel);
        return Redirect(ReturnPath.LocalOrAccount(errand.ReturnUrl));
    }

    private async Task<IActionResult> GoAsync(string name, ExternalPurpose purpose, string? returnUrl, string page, CancellationToken cancel)
    {
        if (providers.Find(name) is not { } provider)
        {
            return Refuse(T("This provider is not offered here any more. Choose another way."), FactorChoice.PathTo(page, returnUrl));
        }

        return await protocol.BeginAsync(HttpContext, provider, purpose, returnUrl, cancel) is { } address
            ? View("Go", new ExternalWay(provider.DisplayName, address))
            : Refuse(T("{0} cannot be reached now. Try again later, or choose another way.", provider.DisplayName), FactorChoice.PathTo(page, returnUrl));
    }

    // The answer must come to the session that began, in which nobody views somebody else's pages.
    private bool IsOwnSession(ExternalErrand errand) =>
        User is { Identity.IsAuthenticated: true, ImpersonatedUntil: null } && User.SessionId is { } session && session == errand.SessionId;

    private RedirectResult Fail(ExternalProvider provider, bool cancelled) => Refuse(
        cancelled ? T("{0} did not sign you in, because it was cancelled there.", provider.DisplayName) : T("The sign-in with {0} did not work or took too long. Please try again.", provider.DisplayName),
        User.Identity is { IsAuthenticated: true } ? ExternalPaths.Settings : SessionCookieOptions.LoginPath);

    private RedirectResult Refuse(string warning, string page)
    {
        TempData.Warning = warning;
        return Redirect(page);
    }
}

/// <summary>The page that sends a browser on to a provider.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Next">The address there.</param>
public sealed record ExternalWay(string Provider, string Next);
