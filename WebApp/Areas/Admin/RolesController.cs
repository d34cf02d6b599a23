using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Roles and what they allow.</summary>
[Area("Admin"), Console, RequirePermission(Permission.RolesWrite)]
[Route(Path)]
public sealed class RolesController(RoleDirectory roles) : Controller
{
    /// <summary>Where they are.</summary>
    public const string Path = "/admin/roles";

    /// <summary>Every one there is.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await roles.ListAsync(cancel));

    /// <summary>The form of a new one.</summary>
    [HttpGet("new"), RequireRecentAuthentication]
    public ViewResult New() => View(nameof(Edit), new RoleForm());

    /// <summary>Makes it.</summary>
    [HttpPost("new"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Create(RoleForm form, CancellationToken cancel) =>
        Saved(form, await roles.CreateAsync(HttpContext.Actor, form.Name, form.Permissions, ClientInfo.FromRequest(HttpContext), cancel), "The role is made.");

    /// <summary>The form of one.</summary>
    [HttpGet("{id:guid}"), RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) is { } role
        ? View(new RoleForm { Name = role.Name, Permissions = [.. role.Permissions], Role = role })
        : NotFound();

    /// <summary>Changes it.</summary>
    [HttpPost("{id:guid}"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, RoleForm form, CancellationToken cancel)
    {
        if ((form.Role = await FindAsync(id, cancel)) is not { } role)
        {
            return NotFound();
        }

        form.Name = role.BuiltIn ? role.Name : form.Name;
        return Saved(form, await roles.UpdateAsync(HttpContext.Actor, id, form.Name, form.Permissions, ClientInfo.FromRequest(HttpContext), cancel), "The role is changed.");
    }

    /// <summary>Asks before it deletes it.</summary>
    [HttpGet("{id:guid}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { BuiltIn: false } role ? View(role) : NotFound();

    /// <summary>Deletes it, from everybody who has it.</summary>
    [HttpPost("{id:guid}/delete"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> DeleteNow(Guid id, CancellationToken cancel) =>
        this.Answer(await roles.DeleteAsync(HttpContext.Actor, id, evenFromMembers: true, ClientInfo.FromRequest(HttpContext), cancel), Path, "The role is deleted.");

    private IActionResult Saved(RoleForm form, RoleResult result, string done)
    {
        if (result is RoleResult.Invalid(var errors))
        {
            ModelState.Add(errors);
            return View(nameof(Edit), form);
        }

        return this.Answer(result, Path, done);
    }

    private async Task<RoleView?> FindAsync(Guid id, CancellationToken cancel) => (await roles.ListAsync(cancel)).FirstOrDefault(role => role.Id == id);
}

/// <summary>The form of a role.</summary>
public sealed class RoleForm
{
    /// <summary>What it is called.</summary>
    public string? Name { get; set; }

    /// <summary>What it allows.</summary>
    public string[]? Permissions { get; set; }

    /// <summary>The role as it is; null for a new one.</summary>
    [BindNever, ValidateNever]
    public RoleView? Role { get; set; }
}
