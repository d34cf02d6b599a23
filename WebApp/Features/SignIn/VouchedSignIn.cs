using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>
/// Sign-in with an identity that another party asserts: the proxy in front of this service, an outside provider, or in Development this machine. Their
/// assertion replaces the password and nothing else: the account's state is checked, and its second factor is required, as after a password (ASVS 6.3.4).
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
    /// <param name="restores">
    /// Whether an account that awaits deletion is restored. Not by the proxy: it names its user on every request, so no account could ever be deleted.
    /// </param>
    /// <param name="factorShown">Whether the other party has also asserted a second factor, and is trusted for it.</param>
    /// <param name="authenticatedAt">When the user authenticated there, if the other party says so and is one that the user was sent to.</param>
    public async Task<SignInResult> SignInAsync(
        User? user, string amr, RowKey? device, ClientInfo client, CancellationToken cancel, bool addressMatters = true, bool restores = false, bool factorShown = false,
        DateTimeOffset? authenticatedAt = null)
    {
        var now = clock.GetUtcNow();
        if (user is null || SignInEligibility.Obstacle(user, now, restores, addressMatters) is not null)
        {
            var reason = user is null ? "unknown name" : SignInEligibility.Obstacle(user, now, restores, addressMatters);
            await events.AddAsync(db, SecurityEventKind.SignInFailed, client, $"{amr}: {reason}", cancel, user?.Id, always: user is not null);
            await db.SaveChangesAsync(cancel);
            return new SignInResult.Refused();
        }

        // The user has proved nothing here: sensitive operations require their own proof, unless the other party says when it saw them.
        if (factorShown || !user.TwoFactorEnabled)
        {
            var at = authenticatedAt is { } shown && shown <= now ? shown : RecentAuthentication.LongAgo(now);
            return new SignInResult.Authenticated(user, factorShown ? [amr, "mfa"] : [amr]) { AuthenticatedAt = at };
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
