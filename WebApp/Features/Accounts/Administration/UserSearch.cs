using Microsoft.EntityFrameworkCore;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Finds accounts by address, name, id or IP address.</summary>
public sealed class UserSearch(AppDbContext db, TimeProvider clock)
{
    /// <summary>The default and the maximum number of accounts on a page.</summary>
    public const int PageSize = 50, MaxPageSize = 200;

    /// <summary>A page of the accounts that match, and how many there are in all.</summary>
    /// <param name="query">What is searched for.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="mostCounted">If given, the accounts are counted up to one more than this, which takes the same time however many there are.</param>
    public async Task<UserList> ListAsync(UserQuery query, CancellationToken cancel, int? mostCounted = null)
    {
        db.Database.SetCommandTimeout(DatabaseSettings.ReportSeconds);
        var users = await MatchingAsync(query, cancel);
        var counted = mostCounted is { } most ? users.OrderBy(_ => 1).Take(most + 1) : users; // In no order, so that any index serves.
        return new(await Summaries(Ordered(users, query.Sort).Skip(RequestRange.RowsBefore(query.Page, query.Limit)).Take(query.Limit)).ToListAsync(cancel), await counted.LongCountAsync(cancel));
    }

    /// <summary>All accounts that match, without a page, for an export. Read them as a stream.</summary>
    public async Task<IAsyncEnumerable<UserSummary>> StreamAsync(UserQuery query, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(DatabaseSettings.ReportSeconds);
        return Summaries(Ordered(await MatchingAsync(query, cancel), query.Sort)).AsAsyncEnumerable();
    }

    /// <summary>One account; null if it does not exist.</summary>
    public Task<UserSummary?> FindAsync(Guid id, CancellationToken cancel) => Summaries(db.Users.AsNoTracking().Where(u => u.Id == id)).SingleOrDefaultAsync(cancel);

    private async Task<IQueryable<User>> MatchingAsync(UserQuery query, CancellationToken cancel)
    {
        var users = InState(db.Users.AsNoTracking(), query.State);
        if (query.Role is { Length: > 0 } role)
        {
            // The id first: with it the database knows from its statistics how many have the role, and does not look through all users for a rare one.
            var roleId = await db.Roles.Where(r => r.Name == role).Select(r => r.Id).SingleOrDefaultAsync(cancel);
            users = users.Where(u => db.UserRoles.Any(ur => ur.UserId == u.Id && ur.RoleId == roleId));
        }

        if (query.Text?.Trim() is not { Length: > 0 } text)
        {
            return users;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return users.Where(u => u.Id == id);
        }

        if (text.AsSpan().IndexOfAny('.', ':') >= 0 && RequestRange.Network(text) is { } network && network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8)
        {
            var ip = network.BaseAddress;
            return users.Where(u => db.Set<Session>().Any(s => s.UserId == u.Id && s.Ip == ip)); // Kept while the sessions' rows are.
        }

        var pattern = $"%{text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
        return users.Where(u => EF.Functions.ILike(u.Email!, pattern, "\\") || EF.Functions.ILike(u.DisplayName!, pattern, "\\"));
    }

    private static IQueryable<User> Ordered(IQueryable<User> users, string? sort) => sort switch
    {
        "-email" => users.OrderByDescending(u => u.NormalizedEmail),
        "display_name" => users.OrderBy(u => u.DisplayName).ThenBy(u => u.Id),
        "-display_name" => users.OrderByDescending(u => u.DisplayName).ThenBy(u => u.Id),
        "created_at" => users.OrderBy(u => u.CreatedAt).ThenBy(u => u.Id),
        "-created_at" => users.OrderByDescending(u => u.CreatedAt).ThenBy(u => u.Id),
        _ => users.OrderBy(u => u.NormalizedEmail),
    };

    private IQueryable<User> InState(IQueryable<User> users, string? state)
    {
        var now = clock.GetUtcNow();
        return state switch
        {
            UserState.Active => users.Where(u => (u.LockoutEnd == null || u.LockoutEnd <= now) && u.DeletionRequestedAt == null && u.EmailConfirmed),
            UserState.Locked => users.Where(u => u.LockoutEnd > now || u.DeletionRequestedAt != null),
            UserState.Deleted => users.Where(u => u.DeletionRequestedAt != null),
            UserState.Unconfirmed => users.Where(u => !u.EmailConfirmed),
            UserState.Invited => users.Where(u => !u.EmailConfirmed && u.PasswordHash == null),
            UserState.Admins => users.Where(u => db.UserRoles.Any(ur => ur.UserId == u.Id && ur.RoleId == Role.AdminId)),
            UserState.NoSecondFactor => users.Where(u => !u.TwoFactorEnabled),
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

/// <summary>What is searched for.</summary>
/// <param name="Text">A part of an address or name, or a whole id or IP address; empty: everybody.</param>
/// <param name="Role">The name of a role that they have.</param>
/// <param name="State">A value of <see cref="UserState"/>.</param>
/// <param name="Sort">A value of <see cref="Sorts"/>; by address if null.</param>
/// <param name="Page">From 1.</param>
/// <param name="Limit">The number of accounts on a page.</param>
public sealed record UserQuery(string? Text = null, string? Role = null, string? State = null, string? Sort = null, int Page = 1, int Limit = UserSearch.PageSize)
{
    /// <summary>The orders; a minus sign is for the reverse order.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["email", "-email", "display_name", "-display_name", "created_at", "-created_at"];
}

/// <summary>A page of accounts, and how many match in all, as far as they are counted.</summary>
public sealed record UserList(IReadOnlyList<UserSummary> Users, long Total);

/// <summary>The states by which accounts are listed.</summary>
public static class UserState
{
    /// <summary>Confirmed and not closed.</summary>
    public const string Active = "active";

    /// <summary>Closed by an administrator, or by a request for deletion.</summary>
    public const string Locked = "locked";

    /// <summary>To be erased.</summary>
    public const string Deleted = "deleted";

    /// <summary>Whose address is not confirmed.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>Unconfirmed and without a password: invited or imported, and not here yet.</summary>
    public const string Invited = "invited";

    /// <summary>With the role <c>admin</c>.</summary>
    public const string Admins = "admins";

    /// <summary>Without a second factor.</summary>
    public const string NoSecondFactor = "no-second-factor";

    /// <summary>All states, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
    [
        (Active, Marked("Active")), (Locked, Marked("Locked")), (Deleted, Marked("To be deleted")), (Unconfirmed, Marked("Unconfirmed")), (Invited, Marked("Invited")), (Admins, Marked("Administrators")), (NoSecondFactor, Marked("No second factor")),
    ];
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
