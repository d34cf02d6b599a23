using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>A signed-in user's side: looking at the device behind a code, letting it in, turning it away.</summary>
public sealed class DeviceApprovals(AppDbContext db, UserCodeHash hash, Attempts attempts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>What approval by code adds to <c>amr</c>. RFC 8176 has no value for it, and none of its own would be honest: this way in can be phished.</summary>
    public const string Amr = "device";

    // Of 20^8 codes, with a thousand good at once, one account hits upon one in 2.6 million windows (RFC 8628 5.1). Every look counts, hits
    // too: otherwise one's own codes would buy more guesses.
    private const int LooksPerUser = 10;
    private const int LooksPerNetwork = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>The device behind a code. Counts as a guess.</summary>
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

    /// <summary>Lets the device in, as the user of a session: how that user was authenticated goes over to it, when does not. One answer is taken, the first.</summary>
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

    /// <summary>Turns the device away for good.</summary>
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

        audit.Add(db, kind, caller.Client, caller.UserId, caller.SessionId, found.Label);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new DeviceLookup.Found(found);
    }

    private IQueryable<DeviceSignIn> Unanswered(DateTimeOffset now) =>
        db.Set<DeviceSignIn>().Where(d => d.ExpiresAt > now && d.ApprovedAt == null && d.DeniedAt == null);
}

/// <summary>What a typed or scanned code leads to.</summary>
public abstract record DeviceLookup
{
    private DeviceLookup()
    {
    }

    /// <summary>A device that waits for an answer, or has just been given one.</summary>
    public sealed record Found(DeviceSignIn SignIn) : DeviceLookup;

    /// <summary>No such code, or it ran out, or it was answered already: alike on purpose.</summary>
    public sealed record Unknown : DeviceLookup;

    /// <summary>Too many codes were tried.</summary>
    /// <param name="RetryAfter">When to come again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceLookup;
}
