using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>Shows the events of the account.</summary>
[Authorize, ShownToOthers]
[Route("/account/activity")]
public sealed class ActivityController(Activity activity) : Controller
{
    /// <summary>A page of events, newest first.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(Guid? before, CancellationToken cancel)
    {
        // One more than is shown, to find out whether there is another page.
        var found = await activity.ListAsync(User.UserId, before, null, Activity.UsualLimit + 1, cancel);
        var shown = found.Take(Activity.UsualLimit).ToList();
        return View(new ActivityPage(shown, before is null, found.Count > shown.Count ? shown[^1].Id : null));
    }
}

/// <summary>The page <c>/account/activity</c>.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ActivityPage(IReadOnlyList<ActivityEntry> Entries, bool IsFirst, Guid? Next);
