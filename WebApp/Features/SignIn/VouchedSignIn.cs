using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>
/// Sign-in with an identity that another party asserts: the proxy in front of this service, or in Development this machine. Their assertion
/// replaces the password and nothing else: the account's state is checked, and its second factor is required, as after a password (ASVS 6.3.4).
/// </summary>
public sealed class VouchedSignIn(AppDbContext db, KnownDevices devices, AnonymousEvents events, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Signs in an account whose identity is asserted.</summary>
    /// <param name="user">The account; null if there is none.</param>
    /// <param name="amr">Who asserts the identity, for <c>amr</c>.</param>
    /// <param name="device">The key in the browser's device cookie: a trusted one skips the second factor. Null for API clients.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="addressMatters">
    /// Whether the address must be confirmed. Not needed if a name is asserted: the account is found by that name, and the address proves
    /// nothing.
    /// </param>
    public async Task<SignInResult> SignInAsync(
        User? user, string amr, RowKey? device, ClientInfo client, CancellationToken cancel, bool addressMatters = true)
    {
        // An account that awaits deletion is not restored: the proxy names its user on every request, so no account could ever be deleted.
        var now = clock.GetUtcNow();
        if (user is null || SignInEligibility.Obstacle(user, now, restores: false, addressMatters) is not null)
        {
            var reason = user is null ? "unknown name" : SignInEligibility.Obstacle(user, now, restores: false, addressMatters);
            await events.AddAsync(db, SecurityEventKind.SignInFailed, client, $"{amr}: {reason}", cancel, user?.Id, always: user is not null);
            await db.SaveChangesAsync(cancel);
            return new SignInResult.Refused();
        }

        // The user has proved nothing here: sensitive operations require their own proof.
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
