using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Features.Verification;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The pages that confirm a registration, by link or code. Opening a page changes nothing: mail scanners open links too.</summary>
[Route(Path)]
public sealed class EmailConfirmationController(
    EmailConfirmation confirmation, Registration registration, RegistrationProofs proofs, RegistrationCookie cookie, TimeProvider clock) : Controller
{
    /// <summary>The address of the page.</summary>
    public const string Path = "/confirm-email";

    private static string TooOld => T("This link was used already or has expired.");

    private RowKey? Browser => cookie.Read(HttpContext);

    /// <summary>With a token, shows a button; without, the field for the code. Outside the browser that registered, also asks for the password.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? token, CancellationToken cancel) => string.IsNullOrEmpty(token)
        ? View(new EmailConfirmationForm { Email = TempData.TypedEmail, AsksPassword = Browser is null })
        : await ShowAsync(token, cancel);

    /// <summary>Confirms the registration.</summary>
    [HttpPost, LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Index(EmailConfirmationForm form, CancellationToken cancel)
    {
        var result = form.Proof is { } proof
            ? await confirmation.ConfirmAsync(proof, form.Password, Browser, ClientInfo.FromRequest(HttpContext), cancel)
            : new ConfirmationResult.NotProven();
        switch (result)
        {
            case ConfirmationResult.Confirmed or ConfirmationResult.Taken:
                return Done(result);
            case ConfirmationResult.NotProven:
                ModelState.Clear();
                ModelState.Add(MailProof.Refuse(form.Token, form.Email, form.Code, T("Register again and we send a new one.")));
                return View(new EmailConfirmationForm { Email = form.Email ?? TempData.TypedEmail, Code = form.Code, AsksPassword = Browser is null });
            case ConfirmationResult.PasswordWanted:
                ModelState.AddModelError(nameof(form.Password), T("Type the password that was chosen at the registration."));
                return await AgainAsync(form, cancel);
            case ConfirmationResult.WrongPassword:
                ModelState.AddModelError(nameof(form.Password), T("Wrong password for this registration."));
                return await AgainAsync(form, cancel);
            case ConfirmationResult.Closed:
                ModelState.AddModelError("", RegistrationResult.Closed.Message);
                Response.StatusCode = StatusCodes.Status403Forbidden;
                return await AgainAsync(form, cancel);
            case ConfirmationResult.TooMany(var wait):
                ModelState.AddModelError("", Waiting.Refuse(Response, wait));
                return await AgainAsync(form, cancel);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Mails the confirmation again, for the browser that registered.</summary>
    [HttpPost("resend"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Resend(CancellationToken cancel)
    {
        var next = RowKey.New(Guid.CreateVersion7());
        if (Browser is not { } made || await registration.SendAgainAsync(made, next, ClientInfo.FromRequest(HttpContext), cancel) is not { } email)
        {
            TempData.Warning = T("There is nothing to send again. Please register again.");
            return Redirect("/register");
        }

        cookie.Write(HttpContext, next);
        (TempData.TypedEmail, TempData.MailedAt) = (email, clock.GetUtcNow());
        TempData.Notice = T("We sent another email. The one before works as well.");
        return Redirect(Path);
    }

    /// <summary>“I didn't register”: makes the registration void.</summary>
    [HttpPost("decline")]
    public async Task<IActionResult> Decline(string? token, CancellationToken cancel)
    {
        if (await confirmation.DeclineAsync(token ?? "", ClientInfo.FromRequest(HttpContext), cancel))
        {
            TempData.Notice = T("That registration is void. There is no account of it, and nothing else to do.");
        }
        else
        {
            TempData.Warning = TooOld;
        }

        return Redirect("/");
    }

    /// <summary>“I don't know the password”: asks for a new one.</summary>
    [HttpGet("password")]
    public async Task<IActionResult> Password(string? token, CancellationToken cancel) => await proofs.FindAsync(token ?? "", cancel) is null
        ? TooOldAgain()
        : View(new ConfirmationPasswordForm { Token = token });

    /// <summary>Confirms with the new password.</summary>
    [HttpPost("password"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Password(ConfirmationPasswordForm form, CancellationToken cancel)
    {
        switch (await confirmation.ChoosePasswordAsync(form.Token ?? "", form.Password, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case ConfirmationResult.Invalid(var errors):
                ModelState.Add(errors);
                return View(form);
            case ConfirmationResult.NotProven:
                return TooOldAgain();
            case ConfirmationResult.Closed:
                ModelState.AddModelError("", RegistrationResult.Closed.Message);
                Response.StatusCode = StatusCodes.Status403Forbidden;
                return View(form);
            case var result:
                return Done(result);
        }
    }

    private async Task<ViewResult> ShowAsync(string token, CancellationToken cancel)
    {
        var registration = await proofs.FindAsync(token, cancel);
        if (registration is null)
        {
            ModelState.AddModelError("", T("This link was used already or has expired. {0}", T("Register again and we send a new one.")));
        }

        return View(nameof(Index), new EmailConfirmationForm
        {
            Token = registration is null ? null : token,
            Email = TempData.TypedEmail,
            Registration = registration,
            AsksPassword = registration is null ? Browser is null : !registration.IsMadeBy(Browser),
        });
    }

    private async Task<IActionResult> AgainAsync(EmailConfirmationForm form, CancellationToken cancel) => View(nameof(Index), new EmailConfirmationForm
    {
        Token = form.Token,
        Email = form.Email,
        Code = form.Code,
        Registration = string.IsNullOrEmpty(form.Token) ? null : await proofs.FindAsync(form.Token, cancel),
        AsksPassword = true,
    });

    private RedirectResult TooOldAgain()
    {
        TempData.Warning = T("This link was used already or has expired. {0}", T("Register again and we send a new one."));
        return Redirect(Path);
    }

    private RedirectResult Done(ConfirmationResult result)
    {
        cookie.Remove(HttpContext);
        if (result is ConfirmationResult.Taken(var email))
        {
            (TempData.TypedEmail, TempData.Warning) = (email, T("Your address has an account by now. Choose a password for it here."));
            return Redirect("/forgot-password");
        }

        TempData.Notice = T("Your address is confirmed. You can sign in now.");
        return Redirect("/login");
    }
}

/// <summary>The form at <c>/confirm-email</c>: the token of the mailed link, or the address and the mailed code; and the registration's password.</summary>
public sealed class EmailConfirmationForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The address, if a code is typed.</summary>
    [Display(Name = "Email address")]
    public string? Email { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The registration's password, if this is not the browser that registered.</summary>
    [Display(Name = "Password")]
    public string? Password { get; init; }

    /// <summary>Whether the page asks for the password.</summary>
    [BindNever]
    public bool AsksPassword { get; init; }

    /// <summary>The registration of the link; null if there is none.</summary>
    [BindNever]
    public PendingRegistration? Registration { get; init; }

    /// <summary>The given proof, if it is complete.</summary>
    public SecretProof? Proof => MailProof.Read(Token, Email, Code);
}

/// <summary>The form at <c>/confirm-email/password</c>: a new password instead of the registration's.</summary>
public sealed class ConfirmationPasswordForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The new password.</summary>
    [Display(Name = "New password")]
    public string? Password { get; init; }
}
