using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>The pipeline's second step: a pending sign-in and a code give an authenticated user.</summary>
public sealed class SecondFactorSignIn(AppDbContext db, PendingSignIns pendings, SecondFactorService factors, TimeProvider clock)
{
    /// <summary>The pending sign-in a key opens, if it can still be completed: the user is there, and nothing has ended their sessions or changed a credential of theirs since.</summary>
    public async Task<PendingSignIn?> FindAsync(RowKey? key, CancellationToken cancel) =>
        key is { } held
        && await pendings.FindAsync(held, cancel) is { } pending
        && await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == pending.UserId, cancel) is { } user
        && Stands(pending, user)
            ? pending
            : null;

    /// <summary>
    /// Checks a code for a pending sign-in and, where it is right, has the session opened, in the transaction that spends both: neither is spent
    /// where no session could be opened.
    /// </summary>
    /// <param name="pending">What <see cref="FindAsync"/> found.</param>
    /// <param name="method">One of <see cref="FactorMethod"/>, but no passkey.</param>
    /// <param name="code">As typed.</param>
    /// <param name="client">Where from.</param>
    /// <param name="open">Opens the session. False where something revoked the sign-in meanwhile.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<SecondFactorResult> CompleteAsync(
        PendingSignIn pending, string? method, string? code, ClientInfo client, Func<SecondFactorResult.Completed, Task<bool>> open, CancellationToken cancel)
    {
        SecondFactorResult finished = new SecondFactorResult.NothingPending();
        var result = await factors.VerifyAsync(pending, method, code, client, async () => finished = await FinishAsync(pending, method!, open, cancel), cancel);
        return result is FactorResult.Right ? finished : new SecondFactorResult.Refused(result);
    }

    /// <summary>Finishes a pending sign-in whose second factor has just been shown, and has the session opened, both or neither.</summary>
    public async Task<SecondFactorResult> FinishAsync(
        PendingSignIn pending, string method, Func<SecondFactorResult.Completed, Task<bool>> open, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        if (await AccountLock.TakeAsync(db, pending.UserId, cancel) is not { } user || !Stands(pending, user) || !await pendings.CompleteAsync(pending, cancel))
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

    // An account whose deletion is awaited is not refused here: asking for it raised the token version, and who signs in
    // after that may be coming back.
    private bool Stands(PendingSignIn pending, User user) =>
        AccountProof.ForUser(user) == new AccountProof.SignIn(pending.UserId, pending.TokenVersion, pending.SecurityStamp) && !user.IsDisabled(clock.GetUtcNow());
}

/// <summary>What became of answering a challenge.</summary>
public abstract record SecondFactorResult
{
    private SecondFactorResult()
    {
    }

    /// <summary>The sign-in is complete; the caller opens a session.</summary>
    /// <param name="User">Who.</param>
    /// <param name="Amr">How it was shown, both factors.</param>
    /// <param name="Pending">What was asked for at the start.</param>
    public sealed record Completed(User User, string[] Amr, PendingSignIn Pending) : SecondFactorResult;

    /// <summary>The sign-in ran out, was completed already, or the account was closed: begin again.</summary>
    public sealed record NothingPending : SecondFactorResult;

    /// <summary>Not right. <paramref name="Reason"/> is never <see cref="FactorResult.Right"/>.</summary>
    public sealed record Refused(FactorResult Reason) : SecondFactorResult;
}
