using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>A section of the console, as its navigation shows it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Icon">Its drawing, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
/// <param name="Permission">What its pages ask for with <c>[RequirePermission]</c>.</param>
public sealed record ConsoleSection(string Path, string Title, string Icon, string Permission)
{
    /// <summary>The address of the first section, and the prefix of all of them.</summary>
    public const string Root = "/admin";

    /// <summary>Every section, in reading order.</summary>
    public static IReadOnlyList<ConsoleSection> All { get; } =
    [
        new(Root, "Dashboard", "chart", Platform.Users.Permission.AuditRead),
        new("/admin/users", "Users", "person", Platform.Users.Permission.UsersRead),
        new("/admin/roles", "Roles", "badge", Platform.Users.Permission.RolesWrite),
        new("/admin/groups", "Groups", "people", Platform.Users.Permission.GroupsManage),
        new("/admin/audit", "Audit", "clock", Platform.Users.Permission.AuditRead),
        new("/admin/outbox", "Outbox", "mail", Platform.Users.Permission.MailRead),
        new("/admin/keys", "Keys", "key", Platform.Users.Permission.KeysWrite),
        new("/admin/policy", "Policy", "shield", Platform.Users.Permission.AuditRead),
        new("/admin/doctor", "Doctor", "lifebuoy", Platform.Users.Permission.AuditRead),
    ];

    /// <summary>Those that somebody may open; none where the console is not for them.</summary>
    public static IReadOnlyList<ConsoleSection> OpenTo(UserSnapshot? user) =>
        user is null or { Closed: true } ? [] : [.. All.Where(section => user.Permissions.Contains(section.Permission))];
}

/// <summary>
/// Marks a controller of the console. To whom no section is open, the whole of it answers 404; to the others each page says by
/// <c>[RequirePermission]</c> what it asks for. The dashboard, where whoever comes to <c>/admin</c> arrives, leads on to the first section
/// that is open to them.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsoleAttribute : AuthorizeAttribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before <c>[RequirePermission]</c>, which would say 403.</summary>
    public int Order => -1;

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            return; // The sign-in page comes first, by [Authorize].
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
