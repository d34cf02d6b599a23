using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The page with the user's display name.</summary>
[Authorize, ShownToOthers]
[Route("/account/profile")]
public sealed class ProfileController(Profile profile) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(new ProfileForm { DisplayName = await profile.NameAsync(User.UserId, cancel) });

    /// <summary>Saves the name.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(ProfileForm form, CancellationToken cancel)
    {
        if (await profile.RenameAsync(User.UserId, form.DisplayName, cancel) is { } error)
        {
            ModelState.Add([error]);
            return View(form);
        }

        TempData.Notice = DisplayName.Clean(form.DisplayName) is { } name ? $"Your name is now {name}." : "Your name is removed. Your address is shown.";
        return RedirectToAction(nameof(Index));
    }
}

/// <summary>The form at <c>/account/profile</c>.</summary>
public sealed class ProfileForm
{
    /// <summary>The display name; empty: the address is shown.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }
}
