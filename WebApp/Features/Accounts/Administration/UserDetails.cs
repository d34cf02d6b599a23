using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.External;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Reads the details of an account, for administrators.</summary>
public sealed class UserDetails(AppDbContext db, UserSearch users, UserSnapshots snapshots, SessionDirectory sessions, SecondFactorService factors, ApiTokens tokens, ExternalLinks externals)
{
    private const int Events = 20;

    /// <summary>Null if there is no such account.</summary>
    /// <param name="id">The account.</param>
    /// <param name="before">The last session of the previous page of sessions; null, or a session that is not theirs, for the first page.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<UserDetail?> FindAsync(Guid id, Guid? before, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user && await factors.OverviewAsync(id, cancel) is { } overview
            ? new(
                user,
                await sessions.ListAsync(id, null, before, SessionDirectory.PageSize, cancel) ?? (await sessions.ListAsync(id, null, null, SessionDirectory.PageSize, cancel))!,
                overview,
                await db.UserPasskeys.CountAsync(p => p.UserId == id, cancel),
                await db.Users.AnyAsync(u => u.Id == id && u.PasswordHash != null, cancel),
                (await snapshots.FindAsync(id, cancel))?.Groups ?? [],
                await tokens.ListAsync(id, cancel),
                await EventsAsync(id, cancel),
                await externals.ListAsync(id, cancel))
            : null;

    private async Task<IReadOnlyList<UserEvent>> EventsAsync(Guid id, CancellationToken cancel)
    {
        var rows = await db.SecurityEvents.AsNoTracking().Where(e => e.UserId == id).OrderByDescending(e => e.Id).Take(Events)
            .Select(e => new { Event = e, Actor = db.Users.Where(u => u.Id == e.ActorId).Select(u => u.Email).FirstOrDefault() }).ToListAsync(cancel);
        return [.. rows.Select(row => new UserEvent(Activity.Entry(row.Event), row.Event.ActorId, row.Actor))];
    }
}

/// <summary>An event of an account, as shown to administrators.</summary>
/// <param name="Entry">The event as shown to its owner.</param>
/// <param name="ActorId">The user who caused it, if not the owner.</param>
/// <param name="Actor">Their address; null if their account does not exist any more.</param>
public sealed record UserEvent(ActivityEntry Entry, Guid? ActorId, string? Actor);

/// <summary>The details of an account, for administrators. Contains no secret, and no hash of one.</summary>
/// <param name="User">The user.</param>
/// <param name="Sessions">A page of their sessions, the last used first.</param>
/// <param name="Factors">Their second factors.</param>
/// <param name="Passkeys">The number of passkeys.</param>
/// <param name="HasPassword">Whether the account has a password.</param>
/// <param name="Groups">Their groups, by name.</param>
/// <param name="ApiTokens">The valid API tokens.</param>
/// <param name="Events">The newest events.</param>
/// <param name="ExternalLogins">The accounts at outside providers that sign them in.</param>
public sealed record UserDetail(
    UserSummary User,
    SessionList Sessions,
    FactorOverview Factors,
    int Passkeys,
    bool HasPassword,
    IReadOnlyList<GroupMembership> Groups,
    IReadOnlyList<ApiToken> ApiTokens,
    IReadOnlyList<UserEvent> Events,
    IReadOnlyList<ExternalLoginView> ExternalLogins);
