using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>Where password managers look for the page that changes the password (W3C, “A Well-Known URL for Changing Passwords”).</summary>
[AllowAnonymous]
public sealed class ChangePasswordAddressController : Controller
{
    /// <summary>Redirects to the page.</summary>
    [HttpGet("/.well-known/change-password")]
    public RedirectResult Index() => Redirect("/account/password");
}

/// <summary>The page that changes a known password.</summary>
[Authorize, ShownToOthers]
[RequireRecentAuthentication(Page = Path)]
[Route(Path)]
public sealed class PasswordChangeController(PasswordChange change, BrowserSignIn browser, KnownDevices devices, DeviceCookie device) : Controller
{
    private const string Path = "/account/password";

    /// <summary>The form.</summary>
    [HttpGet]
    public IActionResult Index() => View(new PasswordChangeForm());

    /// <summary>Changes the password. This browser stays signed in, with a new key.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(PasswordChangeForm form, CancellationToken cancel)
    {
        var known = await devices.FindIdAsync(device.Read(HttpContext), User.UserId, SessionKind.Browser, cancel);
        switch (await change.ChangeAsync(User.UserId, User.SessionId, known, form.CurrentPassword, form.NewPassword, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case PasswordChangeResult.Changed(var ended):
                await browser.RekeyAsync(HttpContext, cancel);
                TempData.Notice = T("Your new password is set. {0}", Ended(ended));
                return Redirect(Path);
            case PasswordChangeResult.Invalid(var errors):
                ModelState.Add(errors);
                return View(form);
            case PasswordChangeResult.WrongPassword:
                ModelState.AddModelError(nameof(form.CurrentPassword), T("Wrong current password."));
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
        0 => T("No other session was open."),
        1 => T("The other session that was open has ended."),
        _ => T("The {0} other sessions that were open have ended.", sessions),
    };
}

/// <summary>The form at <c>/account/password</c>.</summary>
public sealed class PasswordChangeForm
{
    /// <summary>The current password.</summary>
    [Display(Name = "Current password")]
    public string? CurrentPassword { get; init; }

    /// <summary>The new password; <see cref="PasswordChange"/> checks it.</summary>
    [Display(Name = "New password")]
    public string? NewPassword { get; init; }
}

/// <summary>The errors of the password policy as errors of a field.</summary>
public static class PasswordFieldErrors
{
    extension(PasswordPolicy policy)
    {
        /// <summary>One error for each unmet rule; none if the password is acceptable.</summary>
        public IEnumerable<FieldError> Errors(string field, string? password, params ReadOnlySpan<string?> context)
        {
            if (string.IsNullOrEmpty(password))
            {
                return [new(field, T("Choose a password."))];
            }

            var strength = policy.Evaluate(password, context);
            return strength.Acceptable ? []
                : strength.Missing.Count > 0 ? [.. strength.Missing.Select(missing => new FieldError(field, T("The password needs {0}.", missing)))]
                : [new(field, strength.Warning ?? T("This password is too easy to guess."))];
        }
    }
}

/// <summary>The hint about passwords that a page shows before one is typed.</summary>
public static class PasswordHint
{
    extension(PasswordRequirements rules)
    {
        /// <summary>The easiest way to meet the policy.</summary>
        public string Hint =>
            T("A phrase of a few unrelated words, {0} characters or more, is best.", rules.PassphraseLength);
    }
}
