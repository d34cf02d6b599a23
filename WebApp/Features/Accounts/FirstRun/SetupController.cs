using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SignIn;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>The page that creates the first administrator. Once there is one, it gives 404.</summary>
[Route("/setup")]
public sealed class SetupController(SetupState state, FirstAdministrator first, BrowserSignIn browser) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => await state.IsOpenAsync(cancel) ? View(new SetupForm()) : NotFound();

    /// <summary>Creates the administrator and signs this browser in.</summary>
    [HttpPost, LimitByIp(Cost = LimitByIpAttribute.Costly)]
    public async Task<IActionResult> Index(SetupForm form, CancellationToken cancel)
    {
        switch (await first.MakeAsync(form, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case AdministratorResult.Made made:
                if (!await browser.OpenAsync(HttpContext, new(made.User, [PasswordSignIn.Amr]), remember: false, cancel))
                {
                    return Redirect("/login");
                }

                TempData.Notice = T("You are an administrator. Add a second factor next, so that a stolen password is not enough.");
                return Redirect("/account");
            case AdministratorResult.Closed:
                return NotFound();
            case AdministratorResult.Invalid invalid:
                ModelState.Add(invalid.Errors);
                return View(form);
            case AdministratorResult.WrongCode:
                ModelState.AddModelError(nameof(form.Code), T("That is not the code. The newest start of WebApp printed one; a restart prints another."));
                return View(form);
            case AdministratorResult.TooManyTries(var wait):
                ModelState.AddModelError("", T("Too many codes were tried from here. Try again in {0} minutes.", Math.Ceiling(wait.TotalMinutes)));
                return View(form);
            case AdministratorResult.AddressTaken:
                ModelState.AddModelError(nameof(form.Email), T("This address has an account already. On the server, “WebApp create-admin” makes it an administrator."));
                return View(form);
            default:
                throw new UnreachableException();
        }
    }
}

/// <summary>The form at <c>/setup</c>.</summary>
public sealed class SetupForm
{
    /// <summary>The code that the start printed.</summary>
    [Display(Name = "Setup code")]
    public string? Code { get; init; }

    /// <summary>The administrator's address.</summary>
    [Display(Name = "Email address")]
    public string? Email { get; init; }

    /// <summary>The display name.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }

    /// <summary>The new password.</summary>
    [Display(Name = "Password")]
    public string? Password { get; init; }
}
