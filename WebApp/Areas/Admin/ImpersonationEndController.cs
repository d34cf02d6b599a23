using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Pages;

namespace WebApp.Areas.Admin;

/// <summary>Gives an administrator their own session back. Asked for by the banner, whose reader is not the user signed in.</summary>
[Area("Admin"), Authorize]
[Route("/admin/impersonation/end")]
public sealed class ImpersonationEndController(Impersonations impersonations, ImpersonationCookie cookie) : Controller
{
    /// <summary>Ends it.</summary>
    [HttpPost, AllowWhileImpersonating]
    public async Task<IActionResult> End(CancellationToken cancel)
    {
        var user = cookie.Read(HttpContext) is { } id && User.SessionId is { } session ? await impersonations.EndAsync(id, session, cancel) : null;
        cookie.Remove(HttpContext);
        if (user is null)
        {
            return Redirect(UsersController.Path);
        }

        TempData.Notice = "You are yourself again.";
        return Redirect($"{UsersController.Path}/{user}");
    }
}
