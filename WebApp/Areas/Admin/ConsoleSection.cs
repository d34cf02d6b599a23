using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>A section of the console, for its navigation.</summary>
/// <param name="Path">The path of its first page.</param>
/// <param name="Title">The title.</param>
/// <param name="Icon">The icon's name, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
/// <param name="Permission">The permission that its pages require with <c>[RequirePermission]</c>.</param>
public sealed record ConsoleSection(string Path, string Title, string Icon, string Permission)
{
    /// <summary>The path of the first section, and the prefix of all sections.</summary>
    public const string Root = "/admin";

    /// <summary>All sections, in the order of the navigation.</summary>
    public static IReadOnlyList<ConsoleSection> All { get; } =
    [
        new(Root, Marked("Dashboard"), "chart", Platform.Users.Permission.AuditRead),
        new("/admin/users", Marked("Users"), "person", Platform.Users.Permission.UsersRead),
        new("/admin/roles", Marked("Roles"), "badge", Platform.Users.Permission.RolesWrite),
        new("/admin/groups", Marked("Groups"), "people", Platform.Users.Permission.GroupsManage),
        new("/admin/applications", Marked("Applications"), "browser", Platform.Users.Permission.ClientsWrite),
        new("/admin/audit", Marked("Audit"), "clock", Platform.Users.Permission.AuditRead),
        new("/admin/outbox", Marked("Outbox"), "mail", Platform.Users.Permission.MailRead),
        new("/admin/keys", Marked("Keys"), "key", Platform.Users.Permission.KeysWrite),
        new("/admin/settings", Marked("Settings"), "sliders", Platform.Users.Permission.SettingsWrite),
        new("/admin/policy", Marked("Policy"), "shield", Platform.Users.Permission.AuditRead),
        new("/admin/doctor", Marked("Doctor"), "lifebuoy", Platform.Users.Permission.AuditRead),
    ];

    /// <summary>The sections that a user may open; none if they may not use the console.</summary>
    public static IReadOnlyList<ConsoleSection> OpenTo(UserSnapshot? user) =>
        user is null or { Closed: true } ? [] : [.. All.Where(section => user.Permissions.Contains(section.Permission))];
}

/// <summary>
/// Marks a controller of the console. For a user who may open no section, every page answers 404. For others, each page checks its own
/// <c>[RequirePermission]</c>. If the user may not open the dashboard (<c>/admin</c>), it redirects to the first section that
/// they may open.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsoleAttribute : AuthorizeAttribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before <c>[RequirePermission]</c>, which would answer 403.</summary>
    public int Order => -1;

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            return; // [Authorize] redirects to the sign-in page.
        }

        var users = http.RequestServices.GetRequiredService<UserSnapshots>();
        var open = ConsoleSection.OpenTo(await users.FindAsync(http.User.UserId, http.RequestAborted));
        if (open is not [var first, ..])
        {
            context.Result = new StatusCodeResult(StatusCodes.Status404NotFound);
        }
        else if (http.Request.Path.Equals(ConsoleSection.Root, StringComparison.OrdinalIgnoreCase) && HttpMethods.IsGet(http.Request.Method) && first.Path != ConsoleSection.Root)
        {
            context.Result = new RedirectResult(first.Path);
        }
    }
}
