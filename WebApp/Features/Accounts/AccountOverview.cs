using Microsoft.EntityFrameworkCore;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.Accounts;

/// <summary>Gathers what the home of the account settings shows.</summary>
public sealed class AccountOverview(AppDbContext db, SessionDirectory sessions)
{
    /// <summary>Null when the account is gone.</summary>
    public async Task<AccountPage?> OfAsync(Guid userId, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId, cancel);
        return user is null
            ? null
            : new(user.NameOrEmail, user.Email!, user.EmailConfirmed, user.CreatedAt, await sessions.CountAsync(userId, cancel));
    }
}
