using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Protection;
using WebApp.Sessions;
using WebApp.Tokens;

namespace WebApp.SignIn.Devices;

/// <summary>A device's side: asking whether it has been let in, and getting its tokens, once.</summary>
public sealed class DevicePolling(AppDbContext db, TokenIssuer issuer, Suspicion suspicion, TimeProvider clock)
{
    // RFC 8628 3.5.
    private const int SlowDownSeconds = 5;
    private const int LongestSeconds = 60;

    // Networks hold answers up: what comes this much early is on time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    // After any of these the account may be in other hands than those that approved.
    private static readonly string[] Voiding =
    [
        SecurityEventKind.PasswordChanged, SecurityEventKind.PasswordReset, SecurityEventKind.FactorChanged, SecurityEventKind.PasskeyChanged,
        SecurityEventKind.EmailChanged, SecurityEventKind.EmailChangeUndone, SecurityEventKind.ReportedNotMe,
    ];

    // Whoever approves on a shared computer and signs out there at once wants the device in all the same.
    private static readonly string[] HarmlessEnds = [EndReason.SignedOut, EndReason.Replaced];

    /// <summary>Answers one poll. The database lets one poll an interval through, and one of them have the tokens.</summary>
    public async Task<DevicePollResult> PollAsync(RowKey? key, ClientInfo client, CancellationToken cancel)
    {
        if (key is not { } held)
        {
            return new DevicePollResult.Expired();
        }

        return await ArriveAsync(held, cancel) switch
        {
            null => await SlowDownAsync(held, cancel) is { } seconds ? new DevicePollResult.TooSoon(seconds) : new DevicePollResult.Expired(),
            { DeniedAt: not null } => new DevicePollResult.Denied(),
            { ApprovedAt: null } => new DevicePollResult.Pending(),
            var approved => await RedeemAsync(approved, client, cancel),
        };
    }

    // The sign-in, if the poll is on time.
    private async Task<DeviceSignIn?> ArriveAsync(RowKey key, CancellationToken cancel)
    {
        var (now, hash) = (clock.GetUtcNow(), key.Hash());
        return (await db.Set<DeviceSignIn>().FromSql($"""
            UPDATE device_sign_ins SET polled_at = {now}
            WHERE id = {key.Id} AND key_hash = {hash} AND redeemed_at IS NULL AND expires_at > {now}
                AND (polled_at IS NULL OR polled_at + interval_seconds * interval '1 second' <= {now + Tolerance})
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel)).SingleOrDefault();
    }

    // The longer interval; null where there is nothing (any more) to poll for.
    private async Task<int?> SlowDownAsync(RowKey key, CancellationToken cancel)
    {
        var (now, hash) = (clock.GetUtcNow(), key.Hash());
        return (await db.Database.SqlQuery<int?>($"""
            UPDATE device_sign_ins SET polled_at = {now}, interval_seconds = least(interval_seconds + {SlowDownSeconds}, {LongestSeconds})
            WHERE id = {key.Id} AND key_hash = {hash} AND redeemed_at IS NULL AND expires_at > {now}
            RETURNING interval_seconds AS "Value"
            """).ToListAsync(cancel)).SingleOrDefault();
    }

    private async Task<DevicePollResult> RedeemAsync(DeviceSignIn approved, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Set<DeviceSignIn>().Where(d => d.Id == approved.Id && d.RedeemedAt == null && d.DeniedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.RedeemedAt, now), cancel) == 0)
        {
            return new DevicePollResult.Expired();
        }

        if (await StandingAsync(approved, now, cancel) is not { } user)
        {
            await transaction.RollbackAsync(cancel);
            await db.Set<DeviceSignIn>().Where(d => d.Id == approved.Id && d.RedeemedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.DeniedAt, now), cancel);
            return new DevicePollResult.Denied();
        }

        await suspicion.NewDeviceAsync(db, user, client, cancel);
        var tokens = await issuer.OpenAsync(user, approved.Amr!, approved.GivenName, client, cancel, approved.AuthenticatedAt);
        await transaction.CommitAsync(cancel);
        return new DevicePollResult.Approved(tokens);
    }

    // The user, if the approval still stands: the account is open, and nothing has ended its sessions or changed its credentials since.
    private async Task<User?> StandingAsync(DeviceSignIn approved, DateTimeOffset now, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == approved.UserId, cancel);
        return user is not null && user.TokenVersion == approved.TokenVersion && Admission.Obstacle(user, now, restores: false) is null
            && await db.Sessions.AnyAsync(s => s.Id == approved.ApprovedIn && (s.RevokedAt == null || HarmlessEnds.Contains(s.RevokedReason)), cancel)
            && !await db.SecurityEvents.AnyAsync(e => e.UserId == user.Id && e.At >= approved.ApprovedAt && Voiding.Contains(e.Kind), cancel)
                ? user
                : null;
    }
}
