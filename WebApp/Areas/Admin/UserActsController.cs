using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>What is done to an account. Each has a page that asks first.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path + "/{id:guid}")]
public sealed class UserActsController(UserSearch users, AccountClosing closing, AdminCredentialReset relief) : Controller
{
    /// <summary>Says what will happen.</summary>
    [HttpGet(AccountAct.Lock), HttpGet(AccountAct.Unlock), HttpGet(AccountAct.ResetMfa), HttpGet(AccountAct.SendPasswordReset), HttpGet(AccountAct.RevokeSessions)]
    [RequireRecentAuthentication]
    public async Task<IActionResult> Ask(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, AccountAct.At(Request.Path))) : NotFound();

    /// <summary>Does it.</summary>
    [HttpPost(AccountAct.Lock), HttpPost(AccountAct.Unlock), HttpPost(AccountAct.ResetMfa), HttpPost(AccountAct.SendPasswordReset), HttpPost(AccountAct.RevokeSessions)]
    [RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Do(Guid id, CancellationToken cancel)
    {
        var (act, actor, client) = (AccountAct.At(Request.Path), HttpContext.Actor, ClientInfo.Of(HttpContext));
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
