using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>One act on several accounts, those of a page of the list at most. Each account is handled by itself: a refusal for one changes nothing for the others.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path + "/bulk")]
public sealed class UserBulkController(UserSearch users, AccountClosing closing, UserCreation creation) : Controller
{
    private static readonly string[] Acts = [AccountAct.Lock, AccountAct.Invite, AccountAct.Delete];

    /// <summary>Asks for confirmation.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Ask(string? act, Guid[]? id, CancellationToken cancel)
    {
        if (!Acts.Contains(act))
        {
            TempData.Warning = T("Choose what to do with the selected users.");
            return Redirect(UsersController.Path);
        }

        List<UserSummary> chosen = [];
        foreach (var one in (id ?? []).Distinct().Take(UserSearch.PageSize))
        {
            if (await users.FindAsync(one, cancel) is { } user)
            {
                chosen.Add(user);
            }
        }

        if (chosen.Count == 0)
        {
            TempData.Warning = T("Select at least one user.");
            return Redirect(UsersController.Path);
        }

        return View((AccountAct.At($"/{act}"), (IReadOnlyList<UserSummary>)chosen));
    }

    /// <summary>Runs the act.</summary>
    [HttpPost, RequireRecentAuthentication(Page = UsersController.Path)]
    public async Task<IActionResult> Do(string? act, Guid[]? id, CancellationToken cancel)
    {
        if (!Acts.Contains(act))
        {
            TempData.Warning = T("Choose what to do with the selected users.");
            return Redirect(UsersController.Path);
        }

        var (actor, client, done) = (HttpContext.Actor, ClientInfo.FromRequest(HttpContext), 0);
        List<string> refused = [];
        foreach (var one in (id ?? []).Distinct().Take(UserSearch.PageSize))
        {
            var result = await (act switch
            {
                AccountAct.Lock => closing.LockAsync(actor, one, client, cancel),
                AccountAct.Invite => creation.InviteAsync(actor, one, client, cancel),
                AccountAct.Delete => closing.DeleteAsync(actor, one, client, cancel),
                _ => throw new UnreachableException(),
            });
            switch (result)
            {
                case AdministrationResult.Done:
                    done++;
                    break;
                case AdministrationResult.Forbidden(var reason):
                    refused.Add(reason);
                    break;
                case AdministrationResult.Conflict(var reason):
                    refused.Add(reason);
                    break;
                default:
                    refused.Add(T("The account does not exist any more."));
                    break;
            }
        }

        TempData.Notice = done > 0 ? T("{0}: done for {1}.", T(AccountAct.At($"/{act}").Label), Count(done)) : null;
        TempData.Warning = refused.Count > 0 ? T("Not done for {0}: {1}", Count(refused.Count), string.Join(" ", refused.Distinct())) : null;
        return Redirect(UsersController.Path);
    }

    private static string Count(int users) => Plural(users, "one user", "{0} users");
}
