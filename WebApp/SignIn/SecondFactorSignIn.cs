using Microsoft.EntityFrameworkCore;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Mfa;
using WebApp.Sessions;

namespace WebApp.SignIn;

/// <summary>The pipeline's second step: a pending sign-in and a code give an authenticated user.</summary>
public sealed class SecondFactorSignIn(AppDbContext db, PendingSignIns pendings, SecondFactors factors, TimeProvider clock)
{
    /// <summary>The pending sign-in a key opens, if it can still be completed: the user is there, and nothing has ended their sessions or changed a credential of theirs since.</summary>
    public async Task<PendingSignIn?> FindAsync(RowKey? key, CancellationToken cancel) =>
        key is { } held && await pendings.FindAsync(held, cancel) is { } pending && await StandingAsync(pending, cancel) is not null ? pending : null;

    /// <summary>Judges a code for the pending sign-in that the key opens.</summary>
    public async Task<SecondFactorResult> CompleteAsync(RowKey? key, string? method, string? code, ClientInfo client, CancellationToken cancel)
    {
        if (await FindAsync(key, cancel) is not { } pending)
        {
            return new SecondFactorResult.NothingPending();
        }

        var result = await factors.VerifyAsync(pending, method, code, client, cancel);
        return result is FactorResult.Right ? await FinishAsync(pending, method!, cancel) : new SecondFactorResult.Refused(result);
    }

    /// <summary>Finishes a pending sign-in whose second factor has just been shown in another way, as by a passkey.</summary>
    public async Task<SecondFactorResult> FinishAsync(PendingSignIn pending, string method, CancellationToken cancel)
    {
        return await StandingAsync(pending, cancel) is { } user && await pendings.CompleteAsync(pending, cancel)
            ? new SecondFactorResult.Completed(user, [.. FactorMethod.Add(pending.Amr, method), "mfa"], pending)
            : new SecondFactorResult.NothingPending();
    }

    // An account whose deletion is awaited is not refused here: asking for it raised the token version, and who signs in
    // after that may be coming back.
    private async Task<User?> StandingAsync(PendingSignIn pending, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == pending.UserId, cancel);
        return user is not null && AccountProof.ForUser(user) == new AccountProof.SignIn(pending.UserId, pending.TokenVersion, pending.SecurityStamp) && !user.IsDisabled(clock.GetUtcNow()) ? user : null;
    }
}
