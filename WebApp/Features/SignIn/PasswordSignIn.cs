using Microsoft.EntityFrameworkCore;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn;

/// <summary>Checks the name and password of every sign-in, from the form or the API.</summary>
public sealed class PasswordSignIn(
    AppDbContext db,
    PasswordHashing hashing,
    KnownDevices devices,
    AccountKeys accounts,
    SignInGuard guard,
    LockoutNotices lockouts,
    Suspicion suspicion,
    AnonymousEvents events,
    AuditTrail audit,
    TimeProvider clock)
{
    /// <summary>The value that a password adds to <c>amr</c> (RFC 8176).</summary>
    public const string Amr = "pwd";

    /// <summary>Checks a name and password. Costs one password hash whether or not the account exists; none if no guesses are left.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="device">
    /// The key in the browser's device cookie, or the client's device token. A known device has its own guesses, and a trusted browser skips the
    /// second factor.
    /// </param>
    /// <param name="client">The client that asks.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="restores">
    /// Whether the caller restores an account that awaits deletion, as a browser's sign-in does (<see cref="Restoration"/>); otherwise such an
    /// account is refused.
    /// </param>
    /// <param name="kind">Whether the key comes from a browser or an API client.</param>
    public async Task<SignInResult> SignInAsync(
        string? email, string? password, RowKey? device, ClientInfo client, CancellationToken cancel, bool restores = false, SessionKind kind = SessionKind.Browser)
    {
        var normalized = CanonicalAddress.From(email ?? "");
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        var known = device is { } key ? await devices.FindAsync(key, user?.Id ?? Guid.Empty, kind, cancel) : null;
        var account = accounts.ForEmail(email);
        var ration = known is null ? SignInGuard.KeyOfAccount(account) : SignInGuard.KeyOfDevice(known.Id);
        var permit = await guard.TakeAsync(ration, cancel);
        if (permit is not SignInPermit.Granted granted)
        {
            return new SignInResult.TooMany(((SignInPermit.Refused)permit).RetryAfter);
        }

        var verdict = await hashing.VerifyAsync(user?.PasswordHash, password ?? "", cancel);
        if (user is null || verdict == PasswordVerdict.Wrong || Obstacle(user, restores) is not null)
        {
            var reason = user is null ? "unknown name" : verdict == PasswordVerdict.Wrong ? "wrong password" : Obstacle(user, restores);
            await events.AddAsync(db, SecurityEventKind.SignInFailed, client, reason, cancel, user?.Id, always: user is not null);
            await suspicion.SignInFailedAsync(db, user?.Id, account, client, cancel);
            if (await guard.FailAsync(granted, cancel) is { } lockout)
            {
                await lockouts.AddAsync(db, user, lockout, client, cancel);
            }

            await db.SaveChangesAsync(cancel);
            return new SignInResult.Refused();
        }

        await guard.SucceedAsync(granted, cancel);
        if (verdict == PasswordVerdict.RightButOutdated)
        {
            await StoreAnewAsync(user, password!, cancel);
        }

        if (!user.TwoFactorEnabled)
        {
            return new SignInResult.Authenticated(user, [Amr]);
        }

        if (known?.TrustedSince(clock.GetUtcNow()) is { } shownAt)
        {
            // A user who signs in with the password alone has shown no second factor now, however recently the device was trusted.
            return new SignInResult.Authenticated(user, [Amr]) { AuthenticatedAt = RecentAuthentication.LongAgo(shownAt, clock.GetUtcNow()) };
        }

        // If the second factor never follows, somebody else may know the password.
        audit.Add(db, SecurityEventKind.SecondFactorAwaited, client, user.Id);
        await db.SaveChangesAsync(cancel);
        return new SignInResult.SecondFactorRequired(user, [Amr]) { KnownDevice = known?.Id };
    }

    private string? Obstacle(User user, bool restores) => SignInEligibility.Obstacle(user, clock.GetUtcNow(), restores);

    // Only if the hash is still the one just verified: a password changed in between must not be overwritten.
    private async Task StoreAnewAsync(User user, string password, CancellationToken cancel)
    {
        var hash = await hashing.HashAsync(password, cancel);
        await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash), cancel);
    }
}
