using Microsoft.AspNetCore.Mvc;
using WebApp.Hosting;
using WebApp.Hosting.Pages;

namespace WebApp.Accounts;

/// <summary>Confirming the address of a new account, by link or code. Opening a page changes nothing: mail scanners open links too.</summary>
[Route("/confirm-email")]
public sealed class EmailConfirmationController(EmailConfirmation confirmation) : Controller
{
    /// <summary>With a token, a button; without, the field for the code.</summary>
    [HttpGet]
    public IActionResult Index(string? token) => View(new EmailConfirmationForm { Token = token, Email = TempData.TypedEmail });

    /// <summary>Confirms.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(EmailConfirmationForm form, CancellationToken cancel)
    {
        if (form.Proof is { } proof && await confirmation.ConfirmAsync(proof, ClientInfo.Of(HttpContext), cancel))
        {
            TempData.Notice = "Your address is confirmed. You can sign in now.";
            return Redirect("/login");
        }

        ModelState.Clear();
        ModelState.Add(MailProof.Refuse(form.Token, form.Email, form.Code, "Register again and we send a new one."));
        return View(new EmailConfirmationForm { Email = form.Email ?? TempData.TypedEmail, Code = form.Code });
    }
}
