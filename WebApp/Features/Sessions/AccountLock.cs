using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>
/// Locks an account for a write, in the caller's transaction, and checks whether the write is still authorised. A revocation takes the same lock, so one of
/// the two comes first: if it is the revocation, the write is refused; if it is the write, the revocation sees its result and ends it.
/// </summary>
/// <remarks>
/// Every such transaction locks the user's row first, except for the administrators' lock, which comes before it. A session's row follows. Code that
/// creates sessions and issues tokens takes a shared lock on the row; code that changes it takes the stronger lock at once. Two transactions that both hold
/// the shared lock and then request the stronger one would deadlock.
/// </remarks>
public static class AccountLock
{
    /// <summary>Locks an account for a revocation or another change. Returns its current state; null if it does not exist.</summary>
    public static Task<User?> TakeAsync(AppDbContext db, Guid userId, CancellationToken cancel) =>
        FirstAsync(db, db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR NO KEY UPDATE"), cancel);

    /// <summary>Locks an account for a change of its address, which is a key. The returned user is tracked.</summary>
    public static async Task<User?> TakeForAddressAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        RequireTransaction(db);
        return (await db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE").ToListAsync(cancel)).SingleOrDefault();
    }

    /// <summary>Locks an account for an operation that does not change it, but must not run while it changes. Null if it does not exist.</summary>
    public static Task<User?> ShareAsync(AppDbContext db, Guid userId, CancellationToken cancel) =>
        FirstAsync(db, db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR SHARE"), cancel);

    /// <summary>
    /// Locks an account for a session or token that <paramref name="proof"/> allows. Null if something revoked the proof meanwhile, or if the account may
    /// not sign in (any more).
    /// </summary>
    /// <param name="db">The unit of work, in a transaction.</param>
    /// <param name="proof">The proof of authentication.</param>
    /// <param name="now">The current time (UTC).</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="restores">Whether the sign-in restores an account that awaits deletion; then the lock is exclusive.</param>
    public static async Task<User?> AdmitAsync(AppDbContext db, AccountProof proof, DateTimeOffset now, CancellationToken cancel, bool restores = false)
    {
        if (await (restores ? TakeAsync(db, proof.UserId, cancel) : ShareAsync(db, proof.UserId, cancel)) is not { } user
            // Whether the address must be confirmed was checked at sign-in, and a confirmed address stays confirmed.
            || SignInEligibility.Obstacle(user, now, restores, addressMatters: false) is not null)
        {
            return null;
        }

        return proof switch
        {
            AccountProof.SignIn signIn => signIn.TokenVersion == user.TokenVersion && signIn.SecurityStamp == user.SecurityStamp ? user : null,
            AccountProof.Session session => await LockSessionAsync(db, user, session.SessionId, now, cancel) ? user : null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Locks an account for a change by the user of a session. Returns the current state of the account.</summary>
    /// <exception cref="SessionEndedException">The session has ended, or the account was closed meanwhile.</exception>
    public static async Task<User> RequireSessionAsync(AppDbContext db, Guid userId, Guid? sessionId, DateTimeOffset now, CancellationToken cancel) =>
        sessionId is { } session
        && await TakeAsync(db, userId, cancel) is { DeletionRequestedAt: null } user
        && !user.IsDisabled(now)
        && await LockSessionAsync(db, user, session, now, cancel)
            ? user
            : throw new SessionEndedException();

    /// <summary>
    /// Cancels the sign-ins in progress, in the caller's transaction: those that wait for a second factor, devices that were approved and have no tokens
    /// yet, and sign-ins whose password was just verified. All of them compare the stamp they began with.
    /// </summary>
    public static Task RenewStampAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        var stamp = Guid.NewGuid().ToString();
        return db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, stamp), cancel);
    }

    // The row is locked as a renewal locks it: a step-up changes it in the same transaction.
    private static async Task<bool> LockSessionAsync(AppDbContext db, User user, Guid sessionId, DateTimeOffset now, CancellationToken cancel) =>
        (await db.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM sessions
            WHERE id = {sessionId} AND user_id = {user.Id} AND revoked_at IS NULL AND expires_at > {now} AND token_version >= {user.TokenVersion}
            FOR NO KEY UPDATE
            """).ToListAsync(cancel)).Count == 1;

    private static async Task<User?> FirstAsync(AppDbContext db, IQueryable<User> locked, CancellationToken cancel)
    {
        RequireTransaction(db);
        return (await locked.AsNoTracking().ToListAsync(cancel)).SingleOrDefault();
    }

    private static void RequireTransaction(AppDbContext db)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Without a transaction the lock would end with its statement.");
        }
    }
}

/// <summary>
/// The session that authorised a change ended before the change was made; nothing was changed. It is an exception because every caller can only stop: pages
/// and API turn it into their answer in one place each.
/// </summary>
public sealed class SessionEndedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SessionEndedException() : base("The session has ended.")
    {
    }
}

/// <summary>
/// The authentication that allows a write to an account. <see cref="AccountLock"/> compares it with the account at the time of the write, so that a
/// revocation in between takes precedence.
/// </summary>
/// <param name="UserId">The account.</param>
public abstract record AccountProof(Guid UserId)
{
    /// <summary>A sign-in that is not complete, with the state of the account when the password, passkey or factor was verified.</summary>
    /// <param name="UserId">The account.</param>
    /// <param name="TokenVersion">The token version then.</param>
    /// <param name="SecurityStamp">The stamp then; every change of a credential sets a new one.</param>
    public sealed record SignIn(Guid UserId, int TokenVersion, string? SecurityStamp) : AccountProof(UserId);

    /// <summary>An open session.</summary>
    /// <param name="UserId">The account.</param>
    /// <param name="SessionId">The session.</param>
    public sealed record Session(Guid UserId, Guid SessionId) : AccountProof(UserId);

    /// <summary>The proof for a sign-in whose credential was verified against this user object.</summary>
    public static SignIn ForUser(User user) => new(user.Id, user.TokenVersion, user.SecurityStamp);
}
