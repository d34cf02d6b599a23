using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The groups of all users.</summary>
[Area("Admin"), Console, RequirePermission(Permission.GroupsManage)]
[Route(Path)]
public sealed class GroupsController(GroupOversight groups) : Controller
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/admin/groups";

    /// <summary>The groups whose name or owner matches a search.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(string? query, int page = 1, CancellationToken cancel = default) =>
        View((await groups.ListAsync(query, page, cancel), query, Math.Max(page, 1)));

    /// <summary>One group with its members.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(id, cancel) is { } found ? View(found) : NotFound();

    /// <summary>The form to rename a group.</summary>
    [HttpGet("{id:guid}/rename"), RequireRecentAuthentication]
    public async Task<IActionResult> Rename(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(id, cancel) is { } found ? View(found.Group) : NotFound();

    /// <summary>Renames the group.</summary>
    [HttpPost("{id:guid}/rename"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> RenameNow(Guid id, string? name, CancellationToken cancel) =>
        this.Answer(await groups.RenameAsync(GroupActor.FromRequest(HttpContext), id, name, cancel), $"{Path}/{id}", T("The group is renamed."));

    /// <summary>Asks for confirmation of a deletion.</summary>
    [HttpGet("{id:guid}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(id, cancel) is { } found ? View(found.Group) : NotFound();

    /// <summary>Deletes the group.</summary>
    [HttpPost("{id:guid}/delete"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> DeleteNow(Guid id, CancellationToken cancel) =>
        this.Answer(await groups.DeleteAsync(GroupActor.FromRequest(HttpContext), id, cancel), Path, T("The group is deleted."));

    /// <summary>Asks for confirmation of a transfer to another owner.</summary>
    [HttpGet("{id:guid}/members/{userId:guid}/hand-over"), RequireRecentAuthentication]
    public async Task<IActionResult> HandOver(Guid id, Guid userId, CancellationToken cancel) =>
        await groups.FindAsync(id, cancel) is { } found && found.Members.FirstOrDefault(m => m.UserId == userId && m.Role != GroupRole.Owner) is { } heir
            ? View((found.Group, heir))
            : NotFound();

    /// <summary>Makes a member the owner of the group.</summary>
    [HttpPost("{id:guid}/members/{userId:guid}/hand-over"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> HandOverNow(Guid id, Guid userId, CancellationToken cancel) =>
        this.Answer(await groups.HandOverAsync(GroupActor.FromRequest(HttpContext), id, userId, cancel), $"{Path}/{id}", T("The group is handed over."));
}
