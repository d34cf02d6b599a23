using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Mail;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The pages that replace a forgotten password, by link or code. Opening a page does not use up the link.</summary>
public sealed class PasswordResetController(PasswordReset reset, TimeProvider clock) : Controller
{
    /// <summary>Asks for the address.</summary>
    [HttpGet("/forgot-password")]
    public IActionResult Forgot() => View(new ForgotPasswordForm { Email = TempData.TypedEmail });

    /// <summary>Shows the same next page whether or not the address has an account.</summary>
    [HttpPost("/forgot-password"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Forgot(ForgotPasswordForm form, CancellationToken cancel)
    {
        if (!ModelState.IsValid)
        {
            return View(form);
        }

        if (await reset.RequestAsync(form.Email, ClientInfo.FromRequest(HttpContext), cancel) is { } wait)
        {
            ModelState.AddModelError("", Waiting.Refuse(Response, wait));
            return View(form);
        }

        if (TempData.MailedAt is not null && TempData.TypedEmail == form.Email)
        {
            TempData.Notice = T("If that address has an account, an email is on its way. One before works as well.");
        }

        (TempData.TypedEmail, TempData.MailedAt) = (form.Email, clock.GetUtcNow());
        return Redirect("/reset-password");
    }

    /// <summary>With a token, asks only for the new password; without, for the code too.</summary>
    [HttpGet("/reset-password")]
    public IActionResult Reset(string? token) => View(new PasswordResetForm { Token = token, Email = TempData.TypedEmail });

    /// <summary>Sets the new password.</summary>
    [HttpPost("/reset-password"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Reset(PasswordResetForm form, CancellationToken cancel)
    {
        switch (form.Proof is { } proof ? await reset.ResetAsync(proof, form.Password, ClientInfo.FromRequest(HttpContext), cancel, SignedIn) : new PasswordResetResult.NotProven())
        {
            case PasswordResetResult.Done:
                TempData.Notice = T("Your new password is set, and everything that was signed in is signed out.");
                return Redirect("/login");
            case PasswordResetResult.Invalid invalid:
                ModelState.Add(invalid.Errors);
                return View(form);
            case PasswordResetResult.NotProven:
                return NotProven(form);
            default:
                throw new UnreachableException();
        }
    }

    private Guid? SignedIn => User.Identity is { IsAuthenticated: true } ? User.UserId : null;

    private ViewResult NotProven(PasswordResetForm form)
    {
        ModelState.Clear();
        ModelState.Add(MailProof.Refuse(form.Token, form.Email, form.Code, T("Ask for a new one.")));
        return View(new PasswordResetForm { Email = form.Email ?? TempData.TypedEmail, Code = form.Code });
    }
}

/// <summary>The form at <c>/forgot-password</c>.</summary>
public sealed class ForgotPasswordForm
{
    /// <summary>The address of the account.</summary>
    [Display(Name = "Email address")]
    [Required(ErrorMessage = "Enter your email address.")]
    [EmailAddress(ErrorMessage = "Enter an email address, such as ada@example.org.")]
    public string? Email { get; init; }
}

/// <summary>The form at <c>/reset-password</c>: the new password, and the link's token or the address and the mailed code.</summary>
public sealed class PasswordResetForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The address, if a code is typed.</summary>
    [Display(Name = "Email address")]
    public string? Email { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The new password; <see cref="PasswordReset"/> checks it.</summary>
    [Display(Name = "New password")]
    public string? Password { get; init; }

    /// <summary>The given proof, if it is complete.</summary>
    public SecretProof? Proof => MailProof.Read(Token, Email, Code);
}
