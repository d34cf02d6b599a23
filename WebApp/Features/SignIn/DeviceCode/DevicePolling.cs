using Microsoft.EntityFrameworkCore;
using WebApp.Features.Alerts;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>A device's side: asking whether it has been let in, and getting its tokens, once.</summary>
public sealed class DevicePolling(AppDbContext db, TokenIssuer issuer, Suspicion suspicion, TimeProvider clock)
{
    // RFC 8628 3.5.
    private const int SlowDownSeconds = 5;
    private const int LongestSeconds = 60;

    // Networks hold answers up: what comes this much early is on time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

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

    private Task<DevicePollResult> RedeemAsync(DeviceSignIn approved, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RedeemOnceAsync(approved, client, cancel));

    private async Task<DevicePollResult> RedeemOnceAsync(DeviceSignIn approved, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await StandingAsync(approved, now, cancel);
        var answered = await db.Set<DeviceSignIn>().Where(d => d.Id == approved.Id && d.RedeemedAt == null && d.DeniedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.RedeemedAt, user == null ? null : now).SetProperty(d => d.DeniedAt, user == null ? now : null), cancel);
        if (answered == 0 || user is null)
        {
            await transaction.CommitAsync(cancel);
            return answered == 0 ? new DevicePollResult.Expired() : new DevicePollResult.Denied();
        }

        await suspicion.NewDeviceAsync(db, user, client, cancel);
        var tokens = await issuer.AddAsync(user, approved.Amr!, RecentAuthentication.LongAgo(now), approved.GivenName, client, cancel);
        await transaction.CommitAsync(cancel);
        return new DevicePollResult.Approved(tokens);
    }

    // The user, if the approval still stands: the account is open, nothing has changed a credential since, and the session that approved has not been ended by others.
    private async Task<User?> StandingAsync(DeviceSignIn approved, DateTimeOffset now, CancellationToken cancel)
    {
        var proof = new AccountProof.SignIn(approved.UserId!.Value, approved.TokenVersion!.Value, approved.SecurityStamp);
        return await AccountLock.AdmitAsync(db, proof, now, cancel) is { EmailConfirmed: true } user
            && await db.Sessions.AnyAsync(s => s.Id == approved.ApprovedIn && (s.RevokedAt == null || HarmlessEnds.Contains(s.RevokedReason)), cancel)
                ? user
                : null;
    }
}

/// <summary>What a poll is answered with (RFC 8628 3.5).</summary>
public abstract record DevicePollResult
{
    private DevicePollResult()
    {
    }

    /// <summary>Its user let it in; the tokens of its new session.</summary>
    public sealed record Approved(IssuedTokens Tokens) : DevicePollResult;

    /// <summary>Nobody has answered yet.</summary>
    public sealed record Pending : DevicePollResult;

    /// <summary>It came before its interval was over.</summary>
    /// <param name="Interval">How long that is from now on, in seconds.</param>
    public sealed record TooSoon(int Interval) : DevicePollResult;

    /// <summary>It was turned away, or the approval was void before it was used.</summary>
    public sealed record Denied : DevicePollResult;

    /// <summary>The code ran out, was used, or was never given out.</summary>
    public sealed record Expired : DevicePollResult;
}
