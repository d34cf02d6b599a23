using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Accounts: found, and looked at.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead)]
[Route(Path)]
public sealed class UsersController(UserSearch users, UserDetails details) : Controller
{
    /// <summary>Where they are.</summary>
    public const string Path = "/admin/users";

    /// <summary>Those that a search finds, a page at a time.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(string? query, string? filter, string? after, CancellationToken cancel)
    {
        var begin = string.IsNullOrEmpty(after) ? null : EmailAddress.Normalize(after);
        var found = await users.ListAsync(query, filter, begin, 1, UserSearch.PageSize + 1, cancel);
        var page = found.Take(UserSearch.PageSize).ToArray();
        return View(new UsersPage(page, query, filter, found.Count > page.Length ? page[^1].Email : null, begin is null));
    }

    /// <summary>One of them. <paramref name="before"/> turns the pages of their sessions.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, Guid? before, CancellationToken cancel) =>
        await details.FindAsync(id, before, cancel) is { } detail ? View(detail) : NotFound();
}

/// <summary>A page of accounts.</summary>
/// <param name="Users">The accounts.</param>
/// <param name="Query">What was searched for.</param>
/// <param name="Filter">What they were cut down to, see <see cref="UserFilter"/>.</param>
/// <param name="Next">The address after which the next page begins; null on the last.</param>
/// <param name="IsFirst">Whether it is the first.</param>
public sealed record UsersPage(IReadOnlyList<UserSummary> Users, string? Query, string? Filter, string? Next, bool IsFirst)
{
    /// <summary>The address of a page of the same search.</summary>
    public string Link(string? after)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[] { ("query", Query), ("filter", Filter), ("after", after) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        return $"{UsersController.Path}{query}";
    }
}
