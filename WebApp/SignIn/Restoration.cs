using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Changes;
using WebApp.Hosting;
using WebApp.Hosting.Pages;
using WebApp.Protection;

namespace WebApp.SignIn;

/// <summary>Keeps an account that awaits deletion when its owner signs in, completely and in a browser.</summary>
public sealed class Restoration(AppDbContext db, CredentialNotices notices, AuditTrail audit, ChangeFeed feed, ITempDataDictionaryFactory next)
{
    /// <summary>Saves the caller's unit of work, the sign-in, and with it the restoration where there is one to do: both or neither.</summary>
    public async Task SaveAsync(HttpContext context, User user, ClientInfo client, CancellationToken cancel)
    {
        if (user.DeletionRequestedAt is null)
        {
            await db.SaveChangesAsync(cancel);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var restored = await db.Users.Where(u => u.Id == user.Id && u.DeletionRequestedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletionRequestedAt, (DateTimeOffset?)null), cancel);
        if (restored == 1)
        {
            audit.Add(db, SecurityEventKind.DeletionUndone, client, user.Id);
            await notices.AddAsync(
                db, user.Id, user.Email!, "Your account is yours again", "Your account was to be deleted. Somebody signed in to it, so it is kept.", client, cancel);
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.TellHere(Topics.UserChanged, user.Id.ToString());
        next.GetTempData(context).Notice = "Welcome back. Your account will not be deleted.";
    }
}
