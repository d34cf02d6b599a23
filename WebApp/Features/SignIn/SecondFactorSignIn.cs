using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>The second step of a sign-in: a pending sign-in and a code give an authenticated user.</summary>
public sealed class SecondFactorSignIn(AppDbContext db, PendingSignIns pendings, SecondFactorService factors, TimeProvider clock)
{
    /// <summary>
    /// The pending sign-in that a key belongs to, if it can still be completed: the user exists, and nothing has ended their sessions or changed
    /// one of their credentials since.
    /// </summary>
    public async Task<PendingSignIn?> FindAsync(RowKey? key, CancellationToken cancel) =>
        key is { } held
        && await pendings.FindAsync(held, cancel) is { } pending
        && await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == pending.UserId, cancel) is { } user
        && IsValid(pending, user)
            ? pending
            : null;

    /// <summary>
    /// Checks a code for a pending sign-in and, if it is right, has the session created in the transaction that uses up both. Neither is used up
    /// if no session could be created.
    /// </summary>
    /// <param name="pending">The result of <see cref="FindAsync"/>.</param>
    /// <param name="method">A value of <see cref="FactorMethod"/>, but not a passkey.</param>
    /// <param name="code">As typed.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="open">Creates the session. Returns false if something revoked the sign-in meanwhile.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<SecondFactorResult> CompleteAsync(
        PendingSignIn pending, string? method, string? code, ClientInfo client, Func<SecondFactorResult.Completed, Task<bool>> open, CancellationToken cancel)
    {
        SecondFactorResult finished = new SecondFactorResult.NothingPending();
        var result = await factors.VerifyAsync(pending, method, code, client, async () => finished = await FinishAsync(pending, method!, open, cancel), cancel);
        return result is FactorResult.Right ? finished : new SecondFactorResult.Refused(result);
    }

    /// <summary>Completes a pending sign-in whose second factor has just been verified, and has the session created, in one transaction.</summary>
    public async Task<SecondFactorResult> FinishAsync(
        PendingSignIn pending, string method, Func<SecondFactorResult.Completed, Task<bool>> open, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        if (await AccountLock.TakeAsync(db, pending.UserId, cancel) is not { } user || !IsValid(pending, user) || !await pendings.CompleteAsync(pending, cancel))
        {
            return new SecondFactorResult.NothingPending();
        }

        var completed = new SecondFactorResult.Completed(user, [.. FactorMethod.Add(pending.Amr, method), "mfa"], pending);
        if (!await open(completed))
        {
            return new SecondFactorResult.NothingPending();
        }

        await transaction.CommitAsync(cancel);
        return completed;
    }

    // An account that awaits deletion is not refused here: the request for deletion raised the token version, and a user who signs in later may
    // want to restore it.
    private bool IsValid(PendingSignIn pending, User user) =>
        AccountProof.ForUser(user) == new AccountProof.SignIn(pending.UserId, pending.TokenVersion, pending.SecurityStamp) && !user.IsDisabled(clock.GetUtcNow());
}

/// <summary>The result of answering a challenge.</summary>
public abstract record SecondFactorResult
{
    private SecondFactorResult()
    {
    }

    /// <summary>The sign-in is complete; the caller creates a session.</summary>
    /// <param name="User">The user.</param>
    /// <param name="Amr">The methods used, for both factors.</param>
    /// <param name="Pending">The pending sign-in, with what was requested at the start.</param>
    public sealed record Completed(User User, string[] Amr, PendingSignIn Pending) : SecondFactorResult;

    /// <summary>The sign-in expired, was completed already, or the account was closed. The user must begin again.</summary>
    public sealed record NothingPending : SecondFactorResult;

    /// <summary>The code was not accepted. <paramref name="Reason"/> is never <see cref="FactorResult.Right"/>.</summary>
    public sealed record Refused(FactorResult Reason) : SecondFactorResult;
}
