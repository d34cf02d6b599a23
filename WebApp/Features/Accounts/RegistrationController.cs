using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The page that registers an account.</summary>
[Route("/register")]
public sealed class RegistrationController(Registration registration, RegistrationRules rules, RegistrationCookie cookie, TimeProvider clock) : Controller
{
    /// <summary>Shows the form. The page that the visitor wanted is remembered until they have signed in.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? returnUrl, CancellationToken cancel)
    {
        TempData.Destination = ReturnPath.LocalOrNull(returnUrl) ?? TempData.Destination;
        if ((await rules.FindAsync(cancel)).Mode == RegistrationMode.Closed)
        {
            return Closed();
        }

        return View(new RegistrationForm { Email = TempData.TypedEmail });
    }

    /// <summary>Registers, or shows what is wrong. A taken address gets the same answer as a free one.</summary>
    [HttpPost, LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Index(RegistrationForm form, CancellationToken cancel)
    {
        var browser = RowKey.New(Guid.CreateVersion7());
        switch (await registration.RegisterAsync(form.Email, form.Password, form.DisplayName, browser, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case RegistrationResult.MailSent:
                cookie.Write(HttpContext, browser);
                (TempData.TypedEmail, TempData.MailedAt) = (form.Email, clock.GetUtcNow());
                return Redirect("/confirm-email");
            case RegistrationResult.Invalid invalid:
                ModelState.Add(invalid.Errors);
                return View(form);
            case RegistrationResult.Closed when (await rules.FindAsync(cancel)).Mode == RegistrationMode.Closed:
                return Closed();
            case RegistrationResult.Closed:
                ModelState.AddModelError("", RegistrationResult.Closed.Message);
                Response.StatusCode = StatusCodes.Status403Forbidden;
                return View(form);
            case RegistrationResult.TooMany(var wait):
                ModelState.AddModelError("", Waiting.Refuse(Response, wait));
                return View(form);
            default:
                throw new UnreachableException();
        }
    }

    private ViewResult Closed()
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return View(nameof(Closed));
    }
}

/// <summary>The form at <c>/register</c>. <see cref="Registration"/> checks the fields, as for the API.</summary>
public sealed class RegistrationForm
{
    /// <summary>The address, which becomes the user name.</summary>
    [Display(Name = "Email address")]
    public string? Email { get; init; }

    /// <summary>The new password.</summary>
    [Display(Name = "Password")]
    public string? Password { get; init; }

    /// <summary>The display name.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }
}
