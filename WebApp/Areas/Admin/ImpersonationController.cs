using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Lets an administrator look at an account as its owner sees it.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersImpersonate)]
[Route(UsersController.Path + "/{id:guid}/impersonate")]
public sealed class ImpersonationController(UserSearch users, ImpersonationStart start, ImpersonationCookie cookie) : Controller
{
    /// <summary>Asks for the reason.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Ask(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View(nameof(Ask), new ImpersonationForm { User = user }) : NotFound();

    /// <summary>Begins.</summary>
    [HttpPost, RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Begin(Guid id, ImpersonationForm form, CancellationToken cancel)
    {
        var (begun, obstacle) = await start.RunAsync(HttpContext.Actor, id, form.Reason, ClientInfo.Of(HttpContext), cancel);
        if (begun is not null)
        {
            cookie.Write(HttpContext, begun);
            return Redirect("/account");
        }

        if (obstacle is AdministrationResult.Invalid(var errors) && await users.FindAsync(id, cancel) is { } user)
        {
            ModelState.Add(errors);
            form.User = user;
            return View(nameof(Ask), form);
        }

        return this.Answer(obstacle!, $"{UsersController.Path}/{id}", "");
    }
}
