using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Which factors a mailed code must not stand in for (ASVS 6.4.4). Whoever reads the mailbox can reset the password too; a mailed code that removed an
/// authenticator app or a passkey would give a mailbox the whole account.
/// </summary>
public static class FactorStrength
{
    /// <summary>The methods that suffice for every factor, passkeys included.</summary>
    public static IReadOnlyList<string> StrongMethods { get; } = [FactorMethod.Passkey, FactorMethod.Totp, FactorMethod.RecoveryCode];

    /// <summary>Whether a mailed code does not suffice for changes of this account's factors: it asks for a second factor and has a stronger one.</summary>
    public static Task<bool> IsNeededAsync(AppDbContext db, Guid userId, CancellationToken cancel) => db.Users.AnyAsync(
        u => u.Id == userId && u.TwoFactorEnabled
            && (db.Set<TotpCredential>().Any(t => t.UserId == u.Id && t.ConfirmedAt != null) || db.UserPasskeys.Any(p => p.UserId == u.Id)),
        cancel);
}

/// <summary>
/// A change of a factor wants a stronger or a newer authentication than its session has; nothing was changed. Pages and calls ask for it beforehand, so
/// this happens only where the session changed meanwhile. An exception for the reason of <see cref="Features.Sessions.SessionEndedException"/>.
/// </summary>
public sealed class StrongerAuthenticationRequiredException : Exception
{
    /// <summary>Says so.</summary>
    public StrongerAuthenticationRequiredException() : base("The session must authenticate again, and not by mailed code.")
    {
    }
}
