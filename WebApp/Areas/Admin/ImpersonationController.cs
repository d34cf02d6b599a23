using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
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
        var (begun, obstacle) = await start.RunAsync(HttpContext.Actor, id, form.Reason, ClientInfo.FromRequest(HttpContext), cancel);
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

/// <summary>The form that begins an impersonation.</summary>
public sealed class ImpersonationForm
{
    /// <summary>Why; its owner reads it.</summary>
    public string? Reason { get; set; }

    /// <summary>Whose account; null until the page has looked it up.</summary>
    [BindNever, ValidateNever]
    public UserSummary? User { get; set; }
}
