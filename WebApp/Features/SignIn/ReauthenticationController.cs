using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>Step-up on the web: authenticates the user again, gives the session a new key, and returns to the previous page.</summary>
[Authorize]
[AllowWithoutSecondFactor]
[Route(Path)]
public sealed class ReauthenticationController(StepUp stepUp, FactorPages factors, BrowserSignIn browser, KnownDevices devices, DeviceCookie device) : Controller
{
    private const string Path = "/reauthenticate";

    /// <summary>Asks for a second factor, or for the password if the account has none.</summary>
    [HttpGet]
    public Task<ViewResult> Index(string? method, string? returnUrl, string? factor, CancellationToken cancel) =>
        ShowAsync(new() { Method = method, ReturnUrl = returnUrl, Factor = factor }, cancel);

    /// <summary>Checks the answer.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(FactorForm form, CancellationToken cancel)
    {
        var byPassword = (await stepUp.MethodsAsync(User.UserId, cancel)).Count == 0;
        if (string.IsNullOrWhiteSpace(byPassword ? form.Password : form.Code))
        {
            ModelState.AddModelError(byPassword ? nameof(form.Password) : nameof(form.Code), byPassword ? T("Enter your password.") : T("Enter the code."));
            return await ShowAsync(form, cancel);
        }

        var known = await devices.FindIdAsync(device.Read(HttpContext), User.UserId, SessionKind.Browser, cancel);
        var result = await stepUp.VerifyAsync(
            User.UserId, User.SessionId!.Value, known, form.Password, form.Method, form.Code, ClientInfo.FromRequest(HttpContext),
            method => browser.RenewAsync(HttpContext, method, cancel), cancel);
        if (result is FactorResult.Right)
        {
            return Redirect(ReturnPath.LocalOrAccount(form.ReturnUrl));
        }

        FactorPages.Refuse(this, result);
        if (byPassword && result is FactorResult.Wrong)
        {
            ModelState.Clear();
            ModelState.AddModelError(nameof(form.Password), T("Wrong password."));
        }

        return await ShowAsync(form, cancel);
    }

    /// <summary>Mails a code for this session.</summary>
    [HttpPost("email-code")]
    public async Task<IActionResult> SendCode(FactorForm form, CancellationToken cancel)
    {
        if (await factors.SendAsync(this, User.UserId, User.SessionId!.Value, cancel) is not { } refusal)
        {
            return Redirect(FactorChoice.PathTo(Path, ReturnPath.LocalOrNull(form.ReturnUrl), FactorMethod.Email));
        }

        ModelState.AddModelError("", refusal.Message);
        return await ShowAsync(new() { Method = FactorMethod.Email, ReturnUrl = form.ReturnUrl, ResendIn = refusal.Wait }, cancel);
    }

    private async Task<ViewResult> ShowAsync(FactorForm form, CancellationToken cancel)
    {
        // The typed code is not sent back to the page.
        var choice = await factors.ChoiceAsync(
            Path, User.UserId, User.SessionId!.Value, form.Method, ReturnPath.LocalOrNull(form.ReturnUrl), canTrust: false, cancel,
            form.Factor == FactorChoice.StrongFactor);
        return View("Index", new FactorForm { TrustDevice = form.TrustDevice, ResendIn = form.ResendIn, Choice = choice });
    }
}
