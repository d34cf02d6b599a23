using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Actions on an account. Each has a confirmation page.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path + "/{id:guid}")]
public sealed class UserActsController(UserSearch users, AccountClosing closing, AdminCredentialReset relief, UserCreation creation) : Controller
{
    /// <summary>The confirmation page of an action.</summary>
    [HttpGet(AccountAct.Lock), HttpGet(AccountAct.Unlock), HttpGet(AccountAct.ResetMfa), HttpGet(AccountAct.SendPasswordReset), HttpGet(AccountAct.RevokeSessions)]
    [HttpGet(AccountAct.ConfirmEmail), HttpGet(AccountAct.Invite), HttpGet(AccountAct.Delete)]
    [RequireRecentAuthentication]
    public async Task<IActionResult> Ask(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, AccountAct.At(Request.Path))) : NotFound();

    /// <summary>Runs the action.</summary>
    [HttpPost(AccountAct.Lock), HttpPost(AccountAct.Unlock), HttpPost(AccountAct.ResetMfa), HttpPost(AccountAct.SendPasswordReset), HttpPost(AccountAct.RevokeSessions)]
    [HttpPost(AccountAct.ConfirmEmail), HttpPost(AccountAct.Invite), HttpPost(AccountAct.Delete)]
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
                AccountAct.ConfirmEmail => closing.ConfirmEmailAsync(actor, id, client, cancel),
                AccountAct.Invite => creation.InviteAsync(actor, id, client, cancel),
                AccountAct.Delete => closing.DeleteAsync(actor, id, client, cancel),
                _ => throw new UnreachableException(),
            }),
            $"{UsersController.Path}/{id}",
            T(act.Done));
    }
}

/// <summary>An action on an account, with the texts of its confirmation page.</summary>
/// <param name="Name">The last segment of its path, as in the API.</param>
/// <param name="Label">The text of the button.</param>
/// <param name="Question">The page's heading; <c>{0}</c> is the account's name.</param>
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

    /// <summary>Confirms the address.</summary>
    public const string ConfirmEmail = "confirm-email";

    /// <summary>Sends the invitation to choose a password.</summary>
    public const string Invite = "invite";

    /// <summary>Deletes the account; in the API the method DELETE.</summary>
    public const string Delete = "delete";

    /// <summary>All actions whose paths are the same in the API, in the order of the page.</summary>
    public static IReadOnlyList<AccountAct> All { get; } =
    [
        new(
            Invite, Marked("Send invitation"), Marked("Send an invitation to {0}?"), Marked("They get an email with a link to choose a password. The link works for 7 days."),
            Marked("Invitation sent."), false),
        new(
            ConfirmEmail, Marked("Confirm email"), Marked("Confirm the email address of {0}?"), Marked("The address counts as theirs, and they can sign in. Do this only if you know that the address is theirs."),
            Marked("Email address confirmed."), false),
        new(
            SendPasswordReset, Marked("Send a reset link"), Marked("Send a reset link to {0}?"), Marked("They get an email with a link to choose a new password. The link works for one hour. Nothing changes until they use it. Then everything is signed out."),
            Marked("Reset link sent."), false),
        new(
            ResetMfa, Marked("Reset factors"), Marked("Reset the second factors of {0}?"), Marked("Their authenticator app, email codes, recovery codes and passkeys are removed, and everything is signed out. Then the password alone is enough to sign in. They are notified by email, with a link to undo it."),
            Marked("Second factors removed. Everything is signed out."), true),
        new(
            RevokeSessions, Marked("End sessions"), Marked("End every session of {0}?"), Marked("Every browser and application is signed out within a second. They can sign in again. API tokens keep working."),
            Marked("All sessions ended."), true),
        new(
            Lock, Marked("Lock"), Marked("Lock {0}?"), Marked("Everything is signed out at once, API tokens stop working, and no one can sign in until the account is unlocked. They are notified by email. Nothing is deleted."),
            Marked("The account is locked."), true),
        new(
            Unlock, Marked("Unlock"), Marked("Unlock {0}?"), Marked("They can sign in again. Failed sign-ins that delayed them are cleared."),
            Marked("The account is unlocked."), false),
    ];

    /// <summary>The deletion.</summary>
    public static AccountAct Deletion { get; } = new(
        Delete, Marked("Delete"), Marked("Delete {0}?"), Marked("Everything is signed out at once and API tokens stop working. The account is erased after 30 days, with everything that belongs to it. They are notified by email. To undo it within 30 days, unlock the account; then it is kept when they sign in."),
        Marked("The account is deleted. It will be erased in 30 days."), true);

    /// <summary>The actions that make sense in the account's state, the most likely first.</summary>
    public static IReadOnlyList<AccountAct> For(UserSummary user)
    {
        string[] left = user.Locked ? [Lock, Invite, SendPasswordReset] : user.HasPassword ? [Invite] : [SendPasswordReset];
        var first = user.Locked ? Unlock : user.HasPassword ? SendPasswordReset : Invite;
        return
        [
            .. All.Where(act => !left.Contains(act.Name) && (act.Name != ConfirmEmail || !user.EmailConfirmed)).OrderBy(act => act.Name != first),
            .. user is { Locked: true, DeletionRequestedAt: not null } ? Array.Empty<AccountAct>() : [Deletion],
        ];
    }

    /// <summary>The label in the menu of an account: unlocking one that is not locked clears its failed sign-ins.</summary>
    public string LabelFor(UserSummary user) => Name == Unlock && !user.Locked ? Marked("Clear failed sign-ins") : Label;

    /// <summary>The action of a path.</summary>
    public static AccountAct At(PathString path) => All.Append(Deletion).Single(act => path.Value!.EndsWith($"/{act.Name}", StringComparison.OrdinalIgnoreCase));
}
