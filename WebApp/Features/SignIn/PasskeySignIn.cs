using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>Sign-in by passkey: as the whole sign-in, as the second factor of one, or for a step-up.</summary>
public sealed class PasskeySignIn(
    AppDbContext db, PasskeyCeremonies ceremonies, PendingSignIns pendings, SecondFactorSignIn secondFactors, AnonymousEvents events, AuditTrail audit, TimeProvider clock)
{
    // The device and the fingerprint, face or PIN that unlocked it: both factors at once (RFC 8176). Identity refuses a passkey without user
    // verification.
    private static readonly string[] BothFactors = [FactorMethod.Amr(FactorMethod.Passkey), "user", "mfa"];

    /// <summary>Signs in by passkey alone. The account's state is checked as after a password.</summary>
    public async Task<SignInResult> SignInAsync(HttpContext context, string? credential, CancellationToken cancel)
    {
        var user = await ceremonies.FinishAsync(context, PasskeyPurpose.SignIn, credential, cancel);
        var reason = user is null ? "passkey refused" : SignInEligibility.Obstacle(user, clock.GetUtcNow(), restores: true);
        if (reason is null)
        {
            return new SignInResult.Authenticated(user!, BothFactors);
        }

        await events.AddAsync(db, SecurityEventKind.SignInFailed, ClientInfo.FromRequest(context), reason, cancel, user?.Id, always: user is not null);
        await db.SaveChangesAsync(cancel);
        return new SignInResult.Refused();
    }

    /// <summary>Completes the pending sign-in that the key belongs to, and has the session created.</summary>
    public async Task<SecondFactorResult> CompleteAsync(
        HttpContext context, RowKey? key, string? credential, Func<SecondFactorResult.Completed, Task<bool>> open, CancellationToken cancel)
    {
        if (key is not { } held || await pendings.FindAsync(held, cancel) is not { } pending)
        {
            return new SecondFactorResult.NothingPending();
        }

        return await ProveAsync(context, PasskeyPurpose.SecondFactor(pending), credential, cancel)
            ? await secondFactors.FinishAsync(pending, FactorMethod.Passkey, open, cancel)
            : new SecondFactorResult.Refused(new FactorResult.Wrong());
    }

    /// <summary>Whether a known user answered with a passkey of theirs. A failure is recorded.</summary>
    public async Task<bool> ProveAsync(HttpContext context, PasskeyPurpose purpose, string? credential, CancellationToken cancel)
    {
        if (await ceremonies.FinishAsync(context, purpose, credential, cancel) is not null)
        {
            return true;
        }

        audit.Add(db, SecurityEventKind.SecondFactorFailed, ClientInfo.FromRequest(context), purpose.UserId, detail: FactorMethod.Amr(FactorMethod.Passkey));
        await db.SaveChangesAsync(cancel);
        return false;
    }
}
