using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Gathers what is known of an account, for whoever looks after it.</summary>
public sealed class UserDetails(AppDbContext db, UserSearch users, UserSnapshots snapshots, SessionDirectory sessions, SecondFactorService factors, ApiTokens tokens)
{
    private const int Events = 20;

    /// <summary>Null where there is no such account.</summary>
    /// <param name="id">Which.</param>
    /// <param name="before">The last session of the page of sessions before; null, or one that is not theirs, for the first page.</param>
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
                await EventsAsync(id, cancel))
            : null;

    private async Task<IReadOnlyList<UserEvent>> EventsAsync(Guid id, CancellationToken cancel)
    {
        var rows = await db.SecurityEvents.AsNoTracking().Where(e => e.UserId == id).OrderByDescending(e => e.Id).Take(Events)
            .Select(e => new { Event = e, Actor = db.Users.Where(u => u.Id == e.ActorId).Select(u => u.Email).FirstOrDefault() }).ToListAsync(cancel);
        return [.. rows.Select(row => new UserEvent(Activity.Entry(row.Event), row.Event.ActorId, row.Actor))];
    }
}

/// <summary>An event of an account, as whoever looks after it sees it.</summary>
/// <param name="Entry">As its owner sees it.</param>
/// <param name="ActorId">Who did it, where that was somebody else.</param>
/// <param name="Actor">Their address; null where the account is gone.</param>
public sealed record UserEvent(ActivityEntry Entry, Guid? ActorId, string? Actor);

/// <summary>All that whoever looks after accounts sees of one. No secret, nor the hash of one.</summary>
/// <param name="User">Who it is.</param>
/// <param name="Sessions">Where they are signed in, the last used first; a page of it.</param>
/// <param name="Factors">Which second factors they have.</param>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="HasPassword">Whether there is a password.</param>
/// <param name="Groups">The groups they are in, by name.</param>
/// <param name="ApiTokens">The API tokens that work.</param>
/// <param name="Events">The newest events.</param>
public sealed record UserDetail(
    UserSummary User,
    SessionList Sessions,
    FactorOverview Factors,
    int Passkeys,
    bool HasPassword,
    IReadOnlyList<GroupMembership> Groups,
    IReadOnlyList<ApiToken> ApiTokens,
    IReadOnlyList<UserEvent> Events);
