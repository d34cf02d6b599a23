using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Applications;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Sets and removes the picture of an application. It comes as text in a form field, because no form of this site has files.</summary>
[Area("Admin"), Console, RequirePermission(Permission.ClientsWrite)]
[Route(ApplicationsController.Path + "/{clientId}/logo")]
public sealed class ApplicationLogosController(ApplicationLogos logos) : Controller
{
    /// <summary>Sets it.</summary>
    [HttpPost, RequireRecentAuthentication(Page = ApplicationsController.Path)]
    public async Task<IActionResult> Save(string clientId, string? picture, CancellationToken cancel) => this.Answer(
        await logos.SetAsync(HttpContext.Actor, clientId, picture, ClientInfo.FromRequest(HttpContext), cancel), $"{ApplicationsController.Path}/{clientId}", T("The picture is saved."));

    /// <summary>Removes it.</summary>
    [HttpPost("remove"), RequireRecentAuthentication(Page = ApplicationsController.Path)]
    public async Task<IActionResult> Remove(string clientId, CancellationToken cancel) => this.Answer(
        await logos.RemoveAsync(HttpContext.Actor, clientId, ClientInfo.FromRequest(HttpContext), cancel), $"{ApplicationsController.Path}/{clientId}", T("The picture is removed."));
}
