using System.Diagnostics;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The search for accounts and their detail pages.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead)]
[Route(Path)]
public sealed class UsersController(UserSearch users, UserDetails details) : Controller
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/admin/users";

    /// <summary>A page of the search result.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(string? query, string? filter, string? after, CancellationToken cancel)
    {
        var begin = string.IsNullOrEmpty(after) ? null : EmailAddress.Normalize(after);
        var found = await users.ListAsync(query, filter, begin, 1, UserSearch.PageSize + 1, cancel);
        var page = found.Take(UserSearch.PageSize).ToArray();
        return View(new UsersPage(page, query, filter, found.Count > page.Length ? page[^1].Email : null, begin is null));
    }

    /// <summary>One account. <paramref name="before"/> selects the page of its sessions.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, Guid? before, CancellationToken cancel) =>
        await details.FindAsync(id, before, cancel) is { } detail ? View(detail) : NotFound();
}

/// <summary>A page of accounts.</summary>
/// <param name="Users">The accounts.</param>
/// <param name="Query">The search text.</param>
/// <param name="Filter">The filter, see <see cref="UserFilter"/>.</param>
/// <param name="Next">The address after which the next page begins; null on the last page.</param>
/// <param name="IsFirst">Whether it is the first page.</param>
public sealed record UsersPage(IReadOnlyList<UserSummary> Users, string? Query, string? Filter, string? Next, bool IsFirst)
{
    /// <summary>The link to a page of the same search.</summary>
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

/// <summary>Actions on an account. Each has a confirmation page.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path + "/{id:guid}")]
public sealed class UserActsController(UserSearch users, AccountClosing closing, AdminCredentialReset relief) : Controller
{
    /// <summary>The confirmation page of an action.</summary>
    [HttpGet(AccountAct.Lock), HttpGet(AccountAct.Unlock), HttpGet(AccountAct.ResetMfa), HttpGet(AccountAct.SendPasswordReset), HttpGet(AccountAct.RevokeSessions)]
    [RequireRecentAuthentication]
    public async Task<IActionResult> Ask(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, AccountAct.At(Request.Path))) : NotFound();

    /// <summary>Runs the action.</summary>
    [HttpPost(AccountAct.Lock), HttpPost(AccountAct.Unlock), HttpPost(AccountAct.ResetMfa), HttpPost(AccountAct.SendPasswordReset), HttpPost(AccountAct.RevokeSessions)]
    [RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Do(Guid id, CancellationToken cancel)
    {
        var (act, actor, client) = (AccountAct.At(Request.Path), HttpContext.Actor, ClientInfo.FromRequest(HttpContext));
        return this.Answer(
            await (act.Name switch
            {
                AccountAct.Lock => closing.LockAsync(actor, id, client, cancel),
                AccountAct.Unlock => closing.UnlockAsync(actor, id, client, cancel),
                AccountAct.ResetMfa => relief.ResetFactorsAsync(actor, id, client, cancel),
                AccountAct.SendPasswordReset => relief.SendPasswordResetAsync(actor, id, client, cancel),
                AccountAct.RevokeSessions => relief.EndSessionsAsync(actor, id, client, cancel),
                _ => throw new UnreachableException(),
            }),
            $"{UsersController.Path}/{id}",
            act.Done);
    }
}

/// <summary>An action on an account, with the texts of its confirmation page.</summary>
/// <param name="Name">The last segment of its path, as in the API.</param>
/// <param name="Label">The text of the button.</param>
/// <param name="Question">The page's heading, before the account's name and a question mark.</param>
/// <param name="Consequence">The effect of the action.</param>
/// <param name="Done">The notice after it.</param>
/// <param name="Destroys">Whether the action is destructive.</param>
public sealed record AccountAct(string Name, string Label, string Question, string Consequence, string Done, bool Destroys)
{
    /// <summary>Locks the account.</summary>
    public const string Lock = "lock";

    /// <summary>Unlocks the account.</summary>
    public const string Unlock = "unlock";

    /// <summary>Removes the second factors.</summary>
    public const string ResetMfa = "reset-mfa";

    /// <summary>Sends a reset link.</summary>
    public const string SendPasswordReset = "send-password-reset";

    /// <summary>Ends every session.</summary>
    public const string RevokeSessions = "revoke-sessions";

    /// <summary>All actions, in the order of the page.</summary>
    public static IReadOnlyList<AccountAct> All { get; } =
    [
        new(
            SendPasswordReset, "Send a reset link", "Send a reset link to", "They get an email with a link to choose a new password, which works for an hour. Nothing changes until they use it; then everything is signed out.",
            "The link is on its way.", false),
        new(
            ResetMfa, "Reset factors", "Reset the second factors of", "The authenticator app, codes by email, recovery codes and passkeys are removed and everything is signed out. The password alone then opens the account. They get an email with a link to stop it.",
            "The second factors are removed, and everything is signed out.", true),
        new(
            RevokeSessions, "End sessions", "End every session of", "Every browser and program that is signed in is signed out within a second. They can sign in again. API tokens go on working.",
            "Every session has ended.", true),
        new(
            Lock, "Lock", "Lock", "Everything is signed out at once, API tokens stop working, and no one can sign in until the account is unlocked. They get an email. Nothing is deleted.",
            "The account is locked.", true),
        new(
            Unlock, "Unlock", "Unlock", "They can sign in again, and delays after wrong passwords and codes end.",
            "The account is unlocked.", false),
    ];

    /// <summary>The action of a path.</summary>
    public static AccountAct At(PathString path) => All.Single(act => path.Value!.EndsWith($"/{act.Name}", StringComparison.OrdinalIgnoreCase));
}

/// <summary>The roles of a user.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.RolesWrite)]
[Route(UsersController.Path + "/{id:guid}/roles")]
public sealed class UserRolesController(UserSearch users, RoleDirectory roles, RoleAssignment assignment) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, await roles.ListAsync(cancel))) : NotFound();

    /// <summary>Assigns exactly these roles, and <c>user</c>.</summary>
    [HttpPost, RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, string[]? roles, CancellationToken cancel) => this.Answer(
        await assignment.AssignAsync(HttpContext.Actor, id, roles ?? [], ClientInfo.FromRequest(HttpContext), cancel), $"{UsersController.Path}/{id}", "The roles are changed.");
}
