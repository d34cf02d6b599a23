using Microsoft.EntityFrameworkCore;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Finds accounts by address or name, ordered by address.</summary>
public sealed class UserSearch(AppDbContext db, TimeProvider clock)
{
    /// <summary>The number of accounts on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Accounts whose address or name contains the query; after an address, if given (keyset), or from a page number on, beginning at 1.</summary>
    public async Task<IReadOnlyList<UserSummary>> ListAsync(string? query, string? filter, string? after, int page, int limit, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(DatabaseSettings.ReportSeconds);
        var users = Filtered(db.Users.AsNoTracking(), filter);
        if (query?.Trim() is { Length: > 0 } text)
        {
            var pattern = $"%{text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
            users = users.Where(u => EF.Functions.ILike(u.Email!, pattern, "\\") || EF.Functions.ILike(u.DisplayName!, pattern, "\\"));
        }

        if (after is not null)
        {
#pragma warning disable CA1309 // The database executes it, in its own order.
            users = users.Where(u => string.Compare(u.NormalizedEmail, after) > 0);
#pragma warning restore CA1309
        }

        return await Summaries(users.OrderBy(u => u.NormalizedEmail).Skip(RequestRange.RowsBefore(page, PageSize)).Take(limit)).ToListAsync(cancel);
    }

    /// <summary>One account; null if it does not exist.</summary>
    public Task<UserSummary?> FindAsync(Guid id, CancellationToken cancel) => Summaries(db.Users.AsNoTracking().Where(u => u.Id == id)).SingleOrDefaultAsync(cancel);

    private IQueryable<User> Filtered(IQueryable<User> users, string? filter)
    {
        var now = clock.GetUtcNow();
        return filter switch
        {
            UserFilter.Locked => users.Where(u => u.LockoutEnd > now || u.DeletionRequestedAt != null),
            UserFilter.Unconfirmed => users.Where(u => !u.EmailConfirmed),
            UserFilter.Admins => users.Where(u => db.UserRoles.Any(ur => ur.UserId == u.Id && ur.RoleId == Role.AdminId)),
            UserFilter.NoSecondFactor => users.Where(u => !u.TwoFactorEnabled),
            _ => users,
        };
    }

    private IQueryable<UserSummary> Summaries(IQueryable<User> users)
    {
        var now = clock.GetUtcNow();
        return users.Select(u => new UserSummary(
            u.Id,
            u.Email!,
            u.DisplayName,
            u.EmailConfirmed,
            u.LockoutEnd > now,
            u.DeletionRequestedAt,
            u.TwoFactorEnabled,
            u.PasswordHash != null,
            db.UserPasskeys.Any(p => p.UserId == u.Id),
            db.UserRoles.Where(ur => ur.UserId == u.Id).Join(db.Roles, ur => ur.RoleId, r => r.Id, (_, r) => r.Name!).OrderBy(name => name).ToList(),
            u.CreatedAt,
            db.Set<Session>().Where(s => s.UserId == u.Id).Max(s => (DateTimeOffset?)s.LastSeenAt)));
    }
}

/// <summary>The filters for the list of accounts.</summary>
public static class UserFilter
{
    /// <summary>Closed by an administrator, or by the owner's request for deletion.</summary>
    public const string Locked = "locked";

    /// <summary>Whose address is not confirmed.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>With the role <c>admin</c>.</summary>
    public const string Admins = "admins";

    /// <summary>Without a second factor.</summary>
    public const string NoSecondFactor = "no-second-factor";

    /// <summary>All filters, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
        [(Locked, "Locked"), (Unconfirmed, "Unconfirmed"), (Admins, "Administrators"), (NoSecondFactor, "No second factor")];
}

/// <summary>An account in a list.</summary>
/// <param name="Id">The account.</param>
/// <param name="Email">Its address.</param>
/// <param name="DisplayName">The display name; null if not given.</param>
/// <param name="EmailConfirmed">Whether the address was confirmed.</param>
/// <param name="Locked">Whether an administrator locked it.</param>
/// <param name="DeletionRequestedAt">When its owner asked for deletion (UTC).</param>
/// <param name="MfaEnabled">Whether sign-in requires a second factor.</param>
/// <param name="HasPassword">Whether the account has a password; imported and provisioned accounts may have none.</param>
/// <param name="HasPasskeys">Whether the account has a passkey.</param>
/// <param name="Roles">Role names, sorted.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
/// <param name="LastSeenAt">The last use of a session that is still stored (UTC).</param>
public sealed record UserSummary(
    Guid Id,
    string Email,
    string? DisplayName,
    bool EmailConfirmed,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    bool HasPassword,
    bool HasPasskeys,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt)
{
    /// <summary>The display name, or the address if there is none.</summary>
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? Email : DisplayName;
}
