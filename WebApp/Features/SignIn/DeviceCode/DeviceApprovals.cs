using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>The signed-in user's part of the device flow: look up the device behind a code, approve it or deny it.</summary>
public sealed class DeviceApprovals(AppDbContext db, UserCodeHash hash, Attempts attempts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>
    /// The value that approval by code adds to <c>amr</c>. RFC 8176 has no value for it, and a stronger one would be wrong: this method can be
    /// phished.
    /// </summary>
    public const string Amr = "device";

    // 20^8 codes exist. With a thousand valid at once, one account finds one in 2.6 million windows (RFC 8628 5.1). Every look-up counts,
    // successful ones too: otherwise a user could buy guesses with their own codes.
    private const int LooksPerUser = 10;
    private const int LooksPerNetwork = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Finds the device behind a code. Counts as a guess.</summary>
    public async Task<DeviceLookup> FindAsync(string? typed, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        if (UserCode.Normalize(typed) is not { } code)
        {
            return new DeviceLookup.Unknown();
        }

        var wait = await attempts.SpendAsync($"device-code:{userId}", LooksPerUser, Window, cancel)
            ?? await attempts.SpendAsync($"device-code:{IpPrefix.Containing(client.Ip)}", LooksPerNetwork, Window, cancel);
        if (wait is { } span)
        {
            return new DeviceLookup.TooMany(span);
        }

        var (now, codeHash) = (clock.GetUtcNow(), hash.Compute(code));
        var found = await Unanswered(now).AsNoTracking().SingleOrDefaultAsync(d => d.UserCodeHash == codeHash, cancel);
        return found is null ? new DeviceLookup.Unknown() : new DeviceLookup.Found(found);
    }

    /// <summary>The address of the account that a device would be signed in to.</summary>
    public Task<string> AccountAsync(Guid userId, CancellationToken cancel) => db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);

    /// <summary>
    /// Approves the device as the user of a session. The device's session takes over how that user was authenticated, but not when. Only the
    /// first answer counts.
    /// </summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public async Task<DeviceLookup> ApproveAsync(string? typed, Caller caller, CancellationToken cancel)
    {
        var lookup = await FindAsync(typed, caller.UserId, caller.Client, cancel);
        if (lookup is not DeviceLookup.Found(var found))
        {
            return lookup;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await AccountLock.RequireSessionAsync(db, caller.UserId, caller.SessionId, now, cancel);
        var shown = await db.Sessions.Where(s => s.Id == caller.SessionId).Select(s => s.Amr).SingleAsync(cancel);
        string[] amr = [.. shown, Amr];
        var longAgo = RecentAuthentication.LongAgo(now);
        return await AnswerAsync(
            transaction,
            found,
            signIns => signIns.ExecuteUpdateAsync(
                set => set.SetProperty(d => d.ApprovedAt, now)
                    .SetProperty(d => d.UserId, user.Id).SetProperty(d => d.ApprovedIn, caller.SessionId).SetProperty(d => d.Amr, amr)
                    .SetProperty(d => d.AuthenticatedAt, longAgo).SetProperty(d => d.TokenVersion, user.TokenVersion)
                    .SetProperty(d => d.SecurityStamp, user.SecurityStamp),
                cancel),
            SecurityEventKind.DeviceSignInApproved, caller, cancel);
    }

    /// <summary>Denies the device for good.</summary>
    public async Task<DeviceLookup> DenyAsync(string? typed, Caller caller, CancellationToken cancel)
    {
        var lookup = await FindAsync(typed, caller.UserId, caller.Client, cancel);
        if (lookup is not DeviceLookup.Found(var found))
        {
            return lookup;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        return await AnswerAsync(
            transaction,
            found,
            signIns => signIns.ExecuteUpdateAsync(set => set.SetProperty(d => d.DeniedAt, now).SetProperty(d => d.UserId, caller.UserId), cancel),
            SecurityEventKind.DeviceSignInDenied, caller, cancel);
    }

    private async Task<DeviceLookup> AnswerAsync(
        IDbContextTransaction transaction, DeviceSignIn found, Func<IQueryable<DeviceSignIn>, Task<int>> answer, string kind, Caller caller, CancellationToken cancel)
    {
        if (await answer(Unanswered(clock.GetUtcNow()).Where(d => d.Id == found.Id)) == 0)
        {
            return new DeviceLookup.Unknown();
        }

        audit.Add(db, kind, caller.Client, caller.UserId, caller.SessionId, DeviceLabel.FromClient(found.GivenName, found.UserAgent));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new DeviceLookup.Found(found);
    }

    private IQueryable<DeviceSignIn> Unanswered(DateTimeOffset now) =>
        db.Set<DeviceSignIn>().Where(d => d.ExpiresAt > now && d.ApprovedAt == null && d.DeniedAt == null);
}

/// <summary>The result of looking up a typed or scanned code.</summary>
public abstract record DeviceLookup
{
    private DeviceLookup()
    {
    }

    /// <summary>A device that waits for an answer, or that was answered by this call.</summary>
    public sealed record Found(DeviceSignIn SignIn) : DeviceLookup;

    /// <summary>The code does not exist, has expired, or was answered already. These cases look the same on purpose.</summary>
    public sealed record Unknown : DeviceLookup;

    /// <summary>Too many codes were tried.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceLookup;
}
