using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>Changing a known password.</summary>
[Authorize, ShownToOthers]
[RequireRecentAuthentication(Page = Path)]
[Route(Path)]
public sealed class PasswordChangeController(PasswordChange change, BrowserSignIn browser, KnownDevices devices, DeviceCookie device) : Controller
{
    private const string Path = "/account/password";

    /// <summary>The form.</summary>
    [HttpGet]
    public IActionResult Index() => View(new PasswordChangeForm());

    /// <summary>Changes it. This browser stays signed in, under a new key.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(PasswordChangeForm form, CancellationToken cancel)
    {
        var known = await devices.FindIdAsync(device.Read(HttpContext), User.UserId, SessionKind.Browser, cancel);
        switch (await change.ChangeAsync(User.UserId, User.SessionId, known, form.CurrentPassword, form.NewPassword, ClientInfo.Of(HttpContext), cancel))
        {
            case PasswordChangeResult.Changed(var ended):
                await browser.RekeyAsync(HttpContext, cancel);
                TempData.Notice = $"Your new password is set. {Ended(ended)}";
                return Redirect(Path);
            case PasswordChangeResult.Invalid(var errors):
                ModelState.Add(errors);
                return View(form);
            case PasswordChangeResult.WrongPassword:
                ModelState.AddModelError(nameof(form.CurrentPassword), "This is not your current password.");
                return View(form);
            case PasswordChangeResult.TooMany(var wait):
                ModelState.AddModelError("", Waiting.Refuse(Response, wait));
                return View(form);
            default:
                throw new UnreachableException();
        }
    }

    private static string Ended(int sessions) => sessions switch
    {
        0 => "No other session was open.",
        1 => "The other session that was open has ended.",
        _ => $"The {sessions} other sessions that were open have ended.",
    };
}

/// <summary>The form at <c>/account/password</c>.</summary>
public sealed class PasswordChangeForm
{
    /// <summary>The password so far.</summary>
    [Display(Name = "Current password")]
    public string? CurrentPassword { get; init; }

    /// <summary>The new one; <see cref="PasswordChange"/> checks it.</summary>
    [Display(Name = "New password")]
    public string? NewPassword { get; init; }
}
