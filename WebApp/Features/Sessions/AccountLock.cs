using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>
/// Locks an account for a write, in the caller's transaction, and checks whether the write is still authorised. A revocation takes the same lock,
/// so of the two one comes first: if the revocation does, the write is refused; if the write does, the revocation sees and ends what it made.
/// </summary>
/// <remarks>
/// The user's row is the first lock of every such transaction, but for the turn of administrators, which comes before it. A session's row follows.
/// What opens sessions and issues tokens holds the row shared; what changes it takes the stronger lock at once, for two transactions that both
/// hold it shared and then want more would wait for one another.
/// </remarks>
public static class AccountLock
{
    /// <summary>Locks an account for a revocation or another change, whoever asks for it. Returns it as it is now; null where it is gone.</summary>
    public static Task<User?> TakeAsync(AppDbContext db, Guid userId, CancellationToken cancel) =>
        FirstAsync(db, db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR NO KEY UPDATE"), cancel);

    /// <summary>Locks an account for a change of its address, which is a key: the returned user is tracked.</summary>
    public static async Task<User?> TakeForAddressAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        RequireTransaction(db);
        return (await db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE").ToListAsync(cancel)).SingleOrDefault();
    }

    /// <summary>Locks an account for something that changes nothing of it, and only must not happen while it is changed. Null where it is gone.</summary>
    public static Task<User?> ShareAsync(AppDbContext db, Guid userId, CancellationToken cancel) =>
        FirstAsync(db, db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR SHARE"), cancel);

    /// <summary>
    /// Locks an account for a session or token that <paramref name="proof"/> entitles to. Null where something revoked the proof meanwhile, or the
    /// account may not sign in (any more).
    /// </summary>
    /// <param name="db">The unit of work, in a transaction.</param>
    /// <param name="proof">What was authenticated.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="restores">Whether the sign-in keeps an account that awaits deletion; then the lock is one for changes.</param>
    public static async Task<User?> AdmitAsync(AppDbContext db, AccountProof proof, DateTimeOffset now, CancellationToken cancel, bool restores = false)
    {
        if (await (restores ? TakeAsync(db, proof.UserId, cancel) : ShareAsync(db, proof.UserId, cancel)) is not { } user
            // Whether the address must be confirmed was asked at sign-in, and a confirmed address stays so.
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

    /// <summary>Locks an account for a change that the user of a session makes. Returns the account as it is now.</summary>
    /// <exception cref="SessionEndedException">The session has ended, or the account was closed meanwhile.</exception>
    public static async Task<User> RequireSessionAsync(AppDbContext db, Guid userId, Guid? sessionId, DateTimeOffset now, CancellationToken cancel) =>
        sessionId is { } session
        && await TakeAsync(db, userId, cancel) is { DeletionRequestedAt: null } user
        && !user.IsDisabled(now)
        && await LockSessionAsync(db, user, session, now, cancel)
            ? user
            : throw new SessionEndedException();

    /// <summary>
    /// Ends the sign-ins that are under way, in the caller's transaction: those that wait for a second factor, devices that were let in and have no
    /// tokens yet, and whoever has just given the right password. None of them finds the stamp it began with.
    /// </summary>
    public static Task RenewStampAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        var stamp = Guid.NewGuid().ToString();
        return db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, stamp), cancel);
    }

    // The row is locked as its renewal would lock it: whoever steps up changes it in the same transaction.
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
/// The session that authorised a change has ended before the change was made; nothing was changed. An exception, because no caller can do anything
/// but stop: pages and API turn it into their answer in one place each.
/// </summary>
public sealed class SessionEndedException : Exception
{
    /// <summary>Says so.</summary>
    public SessionEndedException() : base("The session has ended.")
    {
    }
}

/// <summary>
/// What a write to an account relies on: the authentication that entitled to it. <see cref="AccountLock"/> compares it with the account as it is
/// when the write happens, so that a revocation in between wins.
/// </summary>
/// <param name="UserId">Whose account.</param>
public abstract record AccountProof(Guid UserId)
{
    /// <summary>A sign-in that is not complete: the account as it was when the password, passkey or factor was verified.</summary>
    /// <param name="UserId">Whose account.</param>
    /// <param name="TokenVersion">The token version then.</param>
    /// <param name="SecurityStamp">The stamp then; every change of a credential writes another.</param>
    public sealed record SignIn(Guid UserId, int TokenVersion, string? SecurityStamp) : AccountProof(UserId);

    /// <summary>An open session.</summary>
    /// <param name="UserId">Whose account.</param>
    /// <param name="SessionId">The session.</param>
    public sealed record Session(Guid UserId, Guid SessionId) : AccountProof(UserId);

    /// <summary>The proof of a sign-in whose credential was verified against this user as read.</summary>
    public static SignIn ForUser(User user) => new(user.Id, user.TokenVersion, user.SecurityStamp);
}
