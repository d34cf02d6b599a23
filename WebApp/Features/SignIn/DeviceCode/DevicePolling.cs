using Microsoft.EntityFrameworkCore;
using WebApp.Features.Alerts;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>The device's part of the flow: polling for approval, and getting its tokens once.</summary>
public sealed class DevicePolling(AppDbContext db, TokenIssuer issuer, Suspicion suspicion, TimeProvider clock)
{
    // RFC 8628 3.5.
    private const int SlowDownSeconds = 5;
    private const int LongestSeconds = 60;

    // Networks delay messages: a poll that is early by this much is still on time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    // A user may approve on a shared computer and sign out there at once; they still want the device signed in.
    private static readonly string[] AllowedEnds = [EndReason.SignedOut, EndReason.Replaced];

    /// <summary>Answers one poll. The database accepts one poll per interval, and only one poll gets the tokens.</summary>
    public async Task<DevicePollResult> PollAsync(RowKey? key, ClientInfo client, CancellationToken cancel)
    {
        if (key is not { } held)
        {
            return new DevicePollResult.Expired();
        }

        return await AcceptAsync(held, cancel) switch
        {
            null => await SlowDownAsync(held, cancel) is { } seconds ? new DevicePollResult.TooSoon(seconds) : new DevicePollResult.Expired(),
            { DeniedAt: not null } => new DevicePollResult.Denied(),
            { ApprovedAt: null } => new DevicePollResult.Pending(),
            var approved => await RedeemAsync(approved, client, cancel),
        };
    }

    // Returns the sign-in if the poll is on time.
    private async Task<DeviceSignIn?> AcceptAsync(RowKey key, CancellationToken cancel)
    {
        var (now, hash) = (clock.GetUtcNow(), key.Hash());
        return (await db.Set<DeviceSignIn>().FromSql($"""
            UPDATE device_sign_ins SET polled_at = {now}
            WHERE id = {key.Id} AND key_hash = {hash} AND redeemed_at IS NULL AND expires_at > {now}
                AND (polled_at IS NULL OR polled_at + interval_seconds * interval '1 second' <= {now + Tolerance})
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel)).SingleOrDefault();
    }

    // Returns the longer interval; null if there is nothing (any more) to poll for.
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
        var user = await FindUserAsync(approved, now, cancel);
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

    // The user, if the approval is still valid: the account is open, no credential has changed since, and the approving session was not ended by
    // anyone else.
    private async Task<User?> FindUserAsync(DeviceSignIn approved, DateTimeOffset now, CancellationToken cancel)
    {
        var proof = new AccountProof.SignIn(approved.UserId!.Value, approved.TokenVersion!.Value, approved.SecurityStamp);
        return await AccountLock.AdmitAsync(db, proof, now, cancel) is { EmailConfirmed: true } user
            && await db.Sessions.AnyAsync(s => s.Id == approved.ApprovedIn && (s.RevokedAt == null || AllowedEnds.Contains(s.RevokedReason)), cancel)
                ? user
                : null;
    }
}

/// <summary>The answer to a poll (RFC 8628 3.5).</summary>
public abstract record DevicePollResult
{
    private DevicePollResult()
    {
    }

    /// <summary>The user approved the device. Contains the tokens of its new session.</summary>
    public sealed record Approved(IssuedTokens Tokens) : DevicePollResult;

    /// <summary>The user has not answered yet.</summary>
    public sealed record Pending : DevicePollResult;

    /// <summary>The poll came before the interval was over.</summary>
    /// <param name="Interval">The interval from now on, in seconds.</param>
    public sealed record TooSoon(int Interval) : DevicePollResult;

    /// <summary>The user denied the device, or the approval became void before it was used.</summary>
    public sealed record Denied : DevicePollResult;

    /// <summary>The code expired, was used, or was never issued.</summary>
    public sealed record Expired : DevicePollResult;
}
