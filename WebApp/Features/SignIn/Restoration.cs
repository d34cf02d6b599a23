using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;

namespace WebApp.Features.SignIn;

/// <summary>Restores an account that awaits deletion when its owner completes a sign-in in a browser.</summary>
public sealed class Restoration(AppDbContext db, CredentialNotices notices, AuditTrail audit, ChangeFeed feed, ITempDataDictionaryFactory next)
{
    /// <summary>Restores the account if it awaits deletion, in the caller's transaction, which holds the user's lock. The caller saves and commits.</summary>
    /// <returns>Whether the account was restored.</returns>
    public async Task<bool> RestoreAsync(User user, ClientInfo client, CancellationToken cancel)
    {
        if (user.DeletionRequestedAt is null)
        {
            return false;
        }

        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletionRequestedAt, (DateTimeOffset?)null), cancel);
        audit.Add(db, SecurityEventKind.DeletionUndone, client, user.Id);
        using var language = Language.Use(user.Language);
        await notices.AddAsync(
            db, user.Id, user.Email!, T("Your account is yours again"), T("Someone signed in to your account, so it will not be deleted."), client, cancel);
        return true;
    }

    /// <summary>Called after the commit: updates this node's copy, and makes the next page show a message.</summary>
    public void ShowOnNextPage(HttpContext context, User user)
    {
        feed.ApplyHere(Topics.UserChanged, user.Id.ToString());
        next.GetTempData(context).Notice = T("Welcome back. Your account will not be deleted.");
    }
}
