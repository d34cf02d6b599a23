using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Creates users and changes their names.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path)]
public sealed class UserFormsController(UserSearch users, UserCreation creation, AdminRenaming renaming, RoleDirectory roles, UserSnapshots snapshots) : Controller
{
    /// <summary>The form for a new user.</summary>
    [HttpGet("new"), RequireRecentAuthentication]
    public async Task<ViewResult> New(CancellationToken cancel) => View(await CompleteAsync(new(), cancel));

    /// <summary>Creates the user and mails their invitation.</summary>
    [HttpPost("new"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Create(NewUserForm form, CancellationToken cancel)
    {
        NewAccount account = new(form.Email, form.DisplayName, form.Roles ?? [], form.EmailVerified);
        switch (await creation.CreateAsync(HttpContext.Actor, account, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case UserCreationResult.Created(var id):
                TempData.Notice = T("User created. An invitation is on its way.");
                return Redirect($"{UsersController.Path}/{id}");
            case UserCreationResult.Refused(AdministrationResult.Invalid(var errors)):
                ModelState.Add(errors);
                return View(nameof(New), await CompleteAsync(form, cancel));
            case UserCreationResult.Refused(AdministrationResult.Conflict(var reason)):
                ModelState.AddModelError(nameof(form.Email), reason);
                return View(nameof(New), await CompleteAsync(form, cancel));
            case UserCreationResult.Refused(AdministrationResult.Forbidden(var reason)):
                ModelState.AddModelError("", reason);
                return View(nameof(New), await CompleteAsync(form, cancel));
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The form of an account.</summary>
    [HttpGet("{id:guid}/edit"), RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View(new UserNameForm { DisplayName = user.DisplayName, User = user }) : NotFound();

    /// <summary>Changes the display name.</summary>
    [HttpPost("{id:guid}/edit"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, UserNameForm form, CancellationToken cancel)
    {
        var result = await renaming.RenameAsync(HttpContext.Actor, id, form.DisplayName, ClientInfo.FromRequest(HttpContext), cancel);
        if (result is AdministrationResult.Invalid(var errors) && await users.FindAsync(id, cancel) is { } user)
        {
            ModelState.Add(errors);
            form.User = user;
            return View(nameof(Edit), form);
        }

        return this.Answer(result, $"{UsersController.Path}/{id}", T("Name saved."));
    }

    // The roles that the administrator may give: none without the permission, and none that allows more than they may.
    private async Task<NewUserForm> CompleteAsync(NewUserForm form, CancellationToken cancel)
    {
        var may = (await snapshots.FindAsync(User.UserId, cancel))?.Permissions ?? [];
        form.Offered = may.Contains(Permission.RolesWrite)
            ? [.. (await roles.ListAsync(cancel, mostCounted: 0)).Where(role => role.Id != Platform.Data.Role.UserId && role.Permissions.All(may.Contains)).Select(role => role.Name)]
            : [];
        return form;
    }
}

/// <summary>The form at <c>/admin/users/new</c>.</summary>
public sealed class NewUserForm
{
    /// <summary>The address.</summary>
    [Display(Name = "Email")]
    public string? Email { get; init; }

    /// <summary>The display name.</summary>
    [Display(Name = "Name")]
    public string? DisplayName { get; init; }

    /// <summary>The names of the roles.</summary>
    public string[]? Roles { get; init; }

    /// <summary>Whether the address counts as confirmed.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>The roles that can be given.</summary>
    [BindNever]
    public IReadOnlyList<string> Offered { get; set; } = [];
}

/// <summary>The form at <c>/admin/users/{id}/edit</c>.</summary>
public sealed class UserNameForm
{
    /// <summary>The display name.</summary>
    [Display(Name = "Name")]
    public string? DisplayName { get; init; }

    /// <summary>The account.</summary>
    [BindNever, Microsoft.AspNetCore.Mvc.ModelBinding.Validation.ValidateNever]
    public UserSummary User { get; set; } = null!;
}

/// <summary>The roles of a user.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.RolesWrite)]
[Route(UsersController.Path + "/{id:guid}/roles")]
public sealed class UserRolesController(UserSearch users, RoleDirectory roles, RoleAssignment assignment) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, await roles.ListAsync(cancel, mostCounted: 0))) : NotFound();

    /// <summary>Assigns exactly these roles, and <c>user</c>.</summary>
    [HttpPost, RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, string[]? roles, CancellationToken cancel) => this.Answer(
        await assignment.AssignAsync(HttpContext.Actor, id, roles ?? [], ClientInfo.FromRequest(HttpContext), cancel), $"{UsersController.Path}/{id}", T("The roles are changed."));
}
