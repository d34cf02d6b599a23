using System.ComponentModel.DataAnnotations;
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

/// <summary>Starts an impersonation: an administrator sees an account as its owner does.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersImpersonate)]
[Route(UsersController.Path + "/{id:guid}/impersonate")]
public sealed class ImpersonationController(UserSearch users, ImpersonationStart start, ImpersonationCookie cookie) : Controller
{
    /// <summary>The form for the reason.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Ask(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View(nameof(Ask), new ImpersonationForm { User = user }) : NotFound();

    /// <summary>Starts the impersonation.</summary>
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

/// <summary>Ends an impersonation, from the banner. The request's user is then the impersonated one and not the administrator.</summary>
[Area("Admin"), Authorize]
[Route("/admin/impersonation/end")]
public sealed class ImpersonationEndController(Impersonations impersonations, ImpersonationCookie cookie) : Controller
{
    /// <summary>Ends the impersonation.</summary>
    [HttpPost, AllowWhileImpersonating]
    public async Task<IActionResult> End(CancellationToken cancel)
    {
        var user = cookie.Read(HttpContext) is { } id && User.SessionId is { } session ? await impersonations.EndAsync(id, session, cancel) : null;
        cookie.Remove(HttpContext);
        if (user is null)
        {
            return Redirect(UsersController.Path);
        }

        TempData.Notice = T("You are back in your own account.");
        return Redirect($"{UsersController.Path}/{user}");
    }
}

/// <summary>The form that starts an impersonation.</summary>
public sealed class ImpersonationForm
{
    /// <summary>The reason, which the account's owner can read.</summary>
    [Display(Name = "Reason")]
    public string? Reason { get; set; }

    /// <summary>The account; null until the page has looked it up.</summary>
    [BindNever, ValidateNever]
    public UserSummary? User { get; set; }
}
