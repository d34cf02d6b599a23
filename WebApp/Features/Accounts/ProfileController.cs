using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts;

/// <summary>The page with the user's name, language and time zone.</summary>
[Authorize, ShownToOthers]
[Route("/account/profile")]
public sealed class ProfileController(Profile profile) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(ProfileForm.From(await profile.ReadAsync(User.UserId, cancel)));

    /// <summary>Saves all of it.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(ProfileForm form, CancellationToken cancel)
    {
        if (await profile.SaveAsync(User.UserId, new(form.DisplayName, form.Language, form.TimeZone), cancel) is { Count: > 0 } errors)
        {
            ModelState.Add(errors);
            return View(form);
        }

        using var language = Language.Use(form.Language);
        TempData.Notice = T("Your profile is saved.");
        return RedirectToAction(nameof(Index));
    }
}

/// <summary>The form at <c>/account/profile</c>.</summary>
public sealed class ProfileForm
{
    /// <summary>The display name; empty: the address is shown.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }

    /// <summary>The tag of a language; empty: as the browser asks.</summary>
    [Display(Name = "Language")]
    public string? Language { get; init; }

    /// <summary>The IANA name of a time zone; empty: the browser's.</summary>
    [Display(Name = "Time zone")]
    public string? TimeZone { get; init; }

    internal static ProfileForm From(ProfileSettings settings) => new() { DisplayName = settings.DisplayName, Language = settings.Language, TimeZone = settings.TimeZone };
}
