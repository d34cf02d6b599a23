using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts;

/// <summary>The pages for exporting the user's data and for deleting the account.</summary>
[Authorize]
[RequireRecentAuthentication(Page = "/account/data")]
[Route("/account/data")]
public sealed class DataController(DataExport export, AccountDeletion deletion, BrowserSignIn browser, TimeProvider clock) : Controller
{
    /// <summary>Explains both.</summary>
    [HttpGet]
    public IActionResult Index() => View(new DataForm());

    /// <summary>The account's data as a file of JSON.</summary>
    [HttpPost("export")]
    public async Task<IActionResult> Export(CancellationToken cancel)
    {
        var json = await export.WriteAsync(User.UserId, ClientInfo.FromRequest(HttpContext), cancel);
        return File(json, "application/json", string.Create(CultureInfo.InvariantCulture, $"account-data-{clock.GetUtcNow():yyyy-MM-dd}.json"));
    }

    /// <summary>Closes the account at once; it is erased after the deletion delay.</summary>
    [HttpPost("delete")]
    public async Task<IActionResult> Delete(DataForm form, CancellationToken cancel)
    {
        if (await deletion.RequestAsync(User.UserId, User.SessionId, form.Confirmation, ClientInfo.FromRequest(HttpContext), cancel) is { } error)
        {
            ModelState.Add([error]);
            return View(nameof(Index), form);
        }

        await browser.EndAsync(HttpContext, cancel);
        var date = (clock.GetUtcNow() + Platform.Data.User.DeletionDelay).ToString(T("d MMMM yyyy"), Language.Current.Culture);
        TempData.Notice = T("Your account is closed and will be deleted on {0}. Sign in before then to cancel.", date);
        return Redirect("/login");
    }
}

/// <summary>The form at <c>/account/data</c> that requests deletion.</summary>
public sealed class DataForm
{
    /// <summary>The account's address, typed to confirm.</summary>
    [Display(Name = "Your email address, to confirm")]
    public string? Confirmation { get; init; }
}
