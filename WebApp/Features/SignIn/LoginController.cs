using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.Proxy;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn;

/// <summary>The login page.</summary>
public sealed class LoginController(
    PasswordSignIn signIn, ProxySignIn proxySignIn, ProxyHeaders proxy, BrowserSignIn browser, DeviceCookie device) : Controller
{
    /// <summary>Shows the form. A user who is signed in already is redirected, and a user whom the proxy names is signed in.</summary>
    [HttpGet("/login")]
    public async Task<IActionResult> Index(string? returnUrl, CancellationToken cancel) =>
        User.Identity is { IsAuthenticated: true } ? Redirect(ReturnPath.LocalOrAccount(returnUrl))
        : proxy.Read(HttpContext) is ProxyIdentity.Named named ? await ByProxyAsync(named, returnUrl, cancel)
        : View(new LoginForm { Email = TempData.TypedEmail, ReturnUrl = returnUrl });

    /// <summary>Signs in. Every refusal reads the same, whatever its reason.</summary>
    [HttpPost("/login"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Index(LoginForm form, CancellationToken cancel)
    {
        if (!ModelState.IsValid)
        {
            return View(form);
        }

        var result = await signIn.SignInAsync(form.Email, form.Password, device.Read(HttpContext), ClientInfo.FromRequest(HttpContext), cancel, restores: true);
        if (result is SignInResult.TooMany(var wait))
        {
            ModelState.AddModelError("", Waiting.Refuse(Response, wait));
            return View(form);
        }

        if (await browser.ContinueAsync(HttpContext, result, form.RememberMe, form.ReturnUrl ?? TempData.Destination, cancel) is not { } next)
        {
            ModelState.AddModelError("", T("Wrong email or password, or the address is not confirmed yet."));
            return View(form);
        }

        if (result is SignInResult.Authenticated)
        {
            (TempData.TypedEmail, TempData.Destination) = (null, null);
        }

        return Redirect(next);
    }

    /// <summary>Ends this browser's session.</summary>
    [HttpPost("/logout")]
    public async Task<IActionResult> Logout(CancellationToken cancel)
    {
        await browser.EndAsync(HttpContext, cancel);
        TempData.Notice = T("You are signed out.");
        return Redirect("/login");
    }

    private async Task<IActionResult> ByProxyAsync(ProxyIdentity.Named named, string? returnUrl, CancellationToken cancel)
    {
        var result = await proxySignIn.SignInAsync(named, device.Read(HttpContext), ClientInfo.FromRequest(HttpContext), cancel);
        if (result is SignInResult.Refused)
        {
            ModelState.AddModelError("", T("You are signed in at the proxy, but not with an account that can be used here."));
            return View(new LoginForm { ReturnUrl = returnUrl });
        }

        return Redirect(await browser.ContinueAsync(HttpContext, result, remember: false, returnUrl, cancel) ?? "/login");
    }
}

/// <summary>The form at <c>/login</c>.</summary>
public sealed class LoginForm
{
    /// <summary>The address.</summary>
    [Display(Name = "Email address")]
    [Required(ErrorMessage = "Enter your email address.")]
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    [Required(ErrorMessage = "Enter your password.")]
    [Display(Name = "Password")]
    public string? Password { get; init; }

    /// <summary>The longer pair of session limits applies.</summary>
    [Display(Name = "Keep me signed in on this device")]
    public bool RememberMe { get; init; }

    /// <summary>The path to go to afterwards. Anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }
}
