using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>
/// The pipeline's way in for whom somebody else vouches: the proxy before us, or in Development this machine. Their word stands in the place of
/// the password and no more: the account's standing counts, and its second factor is asked for, as after a password (ASVS 6.3.4).
/// </summary>
public sealed class VouchedSignIn(AppDbContext db, KnownDevices devices, AnonymousEvents events, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Checks an account that is vouched for.</summary>
    /// <param name="user">The account; null where none is meant.</param>
    /// <param name="amr">By whom it is vouched for, for <c>amr</c>.</param>
    /// <param name="device">The key in the browser's device cookie: a trusted one skips the second factor. Null for API clients.</param>
    /// <param name="client">Where from.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="addressMatters">
    /// Whether the address must be confirmed. Not where a name is vouched for: the account is found by that name, and the address proves nothing.
    /// </param>
    public async Task<SignInResult> SignInAsync(
        User? user, string amr, RowKey? device, ClientInfo client, CancellationToken cancel, bool addressMatters = true)
    {
        // An account that awaits deletion is not kept by it: the proxy names its user on every request, and nobody could leave.
        var now = clock.GetUtcNow();
        if (user is null || SignInEligibility.Obstacle(user, now, restores: false, addressMatters) is not null)
        {
            var reason = user is null ? "unknown name" : SignInEligibility.Obstacle(user, now, restores: false, addressMatters);
            await events.AddAsync(db, SecurityEventKind.SignInFailed, client, $"{amr}: {reason}", cancel, user?.Id, always: user is not null);
            await db.SaveChangesAsync(cancel);
            return new SignInResult.Refused();
        }

        // They have shown nothing here: sensitive operations want a proof of their own.
        if (!user.TwoFactorEnabled)
        {
            return new SignInResult.Authenticated(user, [amr]) { AuthenticatedAt = RecentAuthentication.LongAgo(now) };
        }

        var known = device is { } key ? await devices.FindAsync(key, user.Id, SessionKind.Browser, cancel) : null;
        if (known?.TrustedSince(now) is { } shownAt)
        {
            return new SignInResult.Authenticated(user, [amr]) { AuthenticatedAt = RecentAuthentication.LongAgo(shownAt, now) };
        }

        audit.Add(db, SecurityEventKind.SecondFactorAwaited, client, user.Id);
        await db.SaveChangesAsync(cancel);
        return new SignInResult.SecondFactorRequired(user, [amr]) { KnownDevice = known?.Id };
    }
}
