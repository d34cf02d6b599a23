using Microsoft.EntityFrameworkCore;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Mfa;

namespace WebApp.SignIn;

/// <summary>The pipeline's second step: a pending sign-in and a code give an authenticated user.</summary>
public sealed class SecondFactorSignIn(AppDbContext db, PendingSignIns pendings, SecondFactors factors, TimeProvider clock)
{
    /// <summary>Judges a code for the pending sign-in that the key opens.</summary>
    public async Task<SecondFactorResult> CompleteAsync(RowKey? key, string? method, string? code, ClientInfo client, CancellationToken cancel)
    {
        if (key is not { } held || await pendings.FindAsync(held, cancel) is not { } pending)
        {
            return new SecondFactorResult.NothingPending();
        }

        var result = await factors.VerifyAsync(pending.UserId, pending.Id, method, code, client, cancel);
        return result is FactorResult.Right ? await FinishAsync(pending, FactorMethod.Amr(method!), cancel) : new SecondFactorResult.Refused(result);
    }

    /// <summary>Finishes a pending sign-in whose second factor has just been shown in another way, as by a passkey.</summary>
    public async Task<SecondFactorResult> FinishAsync(PendingSignIn pending, string amr, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == pending.UserId, cancel);
        var stands = user is not null && user.TokenVersion == pending.TokenVersion && !user.IsDisabled(clock.GetUtcNow());
        return stands && await pendings.CompleteAsync(pending, cancel)
            ? new SecondFactorResult.Completed(user!, [.. pending.Amr, amr, "mfa"], pending)
            : new SecondFactorResult.NothingPending();
    }
}
