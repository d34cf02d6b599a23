using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>What a user says of themselves.</summary>
public sealed class Profile(AppDbContext db, ChangeFeed feed)
{
    /// <summary>The display name, or null.</summary>
    public Task<string?> NameAsync(Guid userId, CancellationToken cancel) =>
        db.Users.Where(u => u.Id == userId).Select(u => u.DisplayName).SingleAsync(cancel);

    /// <summary>Changes or takes away the display name. Returns what is wrong with it, or null when it is saved.</summary>
    public async Task<FieldError?> RenameAsync(Guid userId, string? displayName, CancellationToken cancel)
    {
        var name = DisplayName.Clean(displayName);
        if (DisplayName.Check(name) is { } error)
        {
            return error;
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DisplayName, name), cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return null;
    }
}
