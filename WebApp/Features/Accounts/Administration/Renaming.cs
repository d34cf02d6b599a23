using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Changes what somebody is called, for whoever runs the place.</summary>
public sealed class Renaming(AppDbContext db, AdministeredAccounts accounts, ChangeFeed feed)
{
    /// <summary>Changes or takes away the display name.</summary>
    public Task<AdministrationResult> RenameAsync(RoleActor actor, Guid userId, string? displayName, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RenameOnceAsync(actor, userId, displayName, client, cancel));

    private async Task<AdministrationResult> RenameOnceAsync(RoleActor actor, Guid userId, string? displayName, ClientInfo client, CancellationToken cancel)
    {
        var name = DisplayName.Clean(displayName);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (DisplayName.Check(name) is { } error)
        {
            return new AdministrationResult.Invalid([error]);
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DisplayName, name), cancel);
        accounts.Note(actor, userId, SecurityEventKind.NameChanged, client);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new AdministrationResult.Done();
    }
}
