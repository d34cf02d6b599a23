using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Roles and their permissions.</summary>
[Area("Admin"), Console, RequirePermission(Permission.RolesWrite)]
[Route(Path)]
public sealed class RolesController(RoleDirectory roles) : Controller
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/admin/roles";

    /// <summary>More members of a role than this are not counted.</summary>
    public const int MostCounted = DatabaseSettings.MostCounted;

    /// <summary>The list of all roles.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await roles.ListAsync(cancel, MostCounted));

    /// <summary>The form for a new role.</summary>
    [HttpGet("new"), RequireRecentAuthentication]
    public ViewResult New() => View(nameof(Edit), new RoleForm());

    /// <summary>Creates the role.</summary>
    [HttpPost("new"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Create(RoleForm form, CancellationToken cancel) =>
        Saved(form, await roles.CreateAsync(HttpContext.Actor, form.Name, form.Permissions, ClientInfo.FromRequest(HttpContext), cancel), T("The role is created."));

    /// <summary>The form for an existing role.</summary>
    [HttpGet("{id:guid}"), RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) is { } role
        ? View(new RoleForm { Name = role.Name, Permissions = [.. role.Permissions], Role = role })
        : NotFound();

    /// <summary>Changes the role.</summary>
    [HttpPost("{id:guid}"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, RoleForm form, CancellationToken cancel)
    {
        if ((form.Role = await FindAsync(id, cancel)) is not { } role)
        {
            return NotFound();
        }

        form.Name = role.BuiltIn ? role.Name : form.Name;
        return Saved(form, await roles.UpdateAsync(HttpContext.Actor, id, form.Name, form.Permissions, ClientInfo.FromRequest(HttpContext), cancel), T("The role is changed."));
    }

    /// <summary>Asks for confirmation of a deletion.</summary>
    [HttpGet("{id:guid}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { BuiltIn: false } role ? View(role) : NotFound();

    /// <summary>Deletes the role, also if users have it.</summary>
    [HttpPost("{id:guid}/delete"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> DeleteNow(Guid id, CancellationToken cancel) =>
        this.Answer(await roles.DeleteAsync(HttpContext.Actor, id, evenFromMembers: true, ClientInfo.FromRequest(HttpContext), cancel), Path, T("The role is deleted."));

    private IActionResult Saved(RoleForm form, RoleResult result, string done)
    {
        if (result is RoleResult.Invalid(var errors))
        {
            ModelState.Add(errors);
            return View(nameof(Edit), form);
        }

        return this.Answer(result, Path, done);
    }

    private async Task<RoleView?> FindAsync(Guid id, CancellationToken cancel) => (await roles.ListAsync(cancel, MostCounted)).FirstOrDefault(role => role.Id == id);
}

/// <summary>The form of a role.</summary>
public sealed class RoleForm
{
    /// <summary>The role's name.</summary>
    [Display(Name = "Name")]
    public string? Name { get; set; }

    /// <summary>The role's permissions.</summary>
    public string[]? Permissions { get; set; }

    /// <summary>The stored role; null for a new one.</summary>
    [BindNever, ValidateNever]
    public RoleView? Role { get; set; }
}
