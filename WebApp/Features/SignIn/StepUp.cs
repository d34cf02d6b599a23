using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn;

/// <summary>Authenticates a user again before sensitive operations: by second factor if the account has one, otherwise by password (ASVS 7.5.1, RFC 9470).</summary>
public sealed class StepUp(
    AppDbContext db, SecondFactorService factors, PasswordHashing hashing, SignInGuard guard, GuessNotices notices, BrowserSessions sessions, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The methods the user can use; empty: the password.</summary>
    public Task<IReadOnlyList<string>> MethodsAsync(Guid userId, CancellationToken cancel) => factors.MethodsAsync(userId, cancel);

    /// <summary>
    /// Checks the answer and, if it is right, has the session renewed in the transaction that uses up the code. The code is not used up if the
    /// session could not be renewed.
    /// </summary>
    public async Task<FactorResult> VerifyAsync(
        Guid userId, Guid sessionId, Guid? knownDevice, string? password, string? method, string? code, ClientInfo client, Func<string, Task> renew, CancellationToken cancel)
    {
        if ((await MethodsAsync(userId, cancel)).Count > 0)
        {
            return await factors.VerifyAgainAsync(userId, sessionId, knownDevice, method, code, client, () => renew(method!), cancel);
        }

        var result = await VerifyPasswordAsync(userId, sessionId, knownDevice, password, client, cancel);
        if (result is FactorResult.Right)
        {
            await renew(FactorMethod.Password);
        }

        return result;
    }

    /// <summary>
    /// Checks the password alone. Guesses count for the account, whatever page they come from, or for the device if the account knows it. They
    /// are counted separately from those of a sign-in.
    /// </summary>
    public async Task<FactorResult> VerifyPasswordAsync(
        Guid userId, Guid? sessionId, Guid? knownDevice, string? password, ClientInfo client, CancellationToken cancel)
    {
        var key = GuessPurpose.Key(GuessPurpose.StepUpPassword, userId, knownDevice);
        var permit = await guard.TakeAsync(key, cancel);
        if (permit is not SignInPermit.Granted granted)
        {
            var refused = (SignInPermit.Refused)permit;
            return new FactorResult.TooMany(refused.RetryAfter) { IsFinal = refused.IsFinal };
        }

        var hash = await db.Users.Where(u => u.Id == userId).Select(u => u.PasswordHash).SingleAsync(cancel);
        if (await hashing.VerifyAsync(hash, password ?? "", cancel) == PasswordVerdict.Wrong)
        {
            audit.Add(db, SecurityEventKind.ReauthenticationFailed, client, userId, sessionId);
            await notices.AddStepUpAsync(db, userId, sessionId, await guard.FailAsync(granted, cancel), client, cancel);
            await db.SaveChangesAsync(cancel);
            return new FactorResult.Wrong();
        }

        await guard.SucceedAsync(granted, cancel);
        return new FactorResult.Right();
    }

    /// <summary>Renews a browser's session as authenticated now by a method, with a new key, which the caller sends to the browser.</summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public Task<(RowKey Key, Session Session)> RenewBrowserAsync(Caller caller, string method, CancellationToken cancel) =>
        db.RetryAsync(() => RenewBrowserOnceAsync(caller, method, cancel));

    private async Task<(RowKey Key, Session Session)> RenewBrowserOnceAsync(Caller caller, string method, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        var session = await LockSessionAsync(caller, cancel);
        var key = sessions.Renew(session, FactorMethod.Add(session.Amr, method));
        await SaveAsync(transaction, caller, method, cancel);
        return (key, session);
    }

    /// <summary>Renews an API client's session as authenticated now by a method.</summary>
    /// <exception cref="SessionEndedException">The session has ended meanwhile.</exception>
    public Task RenewApiAsync(Caller caller, string method, CancellationToken cancel) =>
        db.RetryAsync(() => RenewApiOnceAsync(caller, method, cancel));

    private async Task RenewApiOnceAsync(Caller caller, string method, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        var session = await LockSessionAsync(caller, cancel);
        session.AuthenticatedAt = clock.GetUtcNow();
        session.Amr = FactorMethod.Add(session.Amr, method);
        await SaveAsync(transaction, caller, method, cancel);
    }

    private async Task<Session> LockSessionAsync(Caller caller, CancellationToken cancel)
    {
        await AccountLock.RequireSessionAsync(db, caller.UserId, caller.SessionId, clock.GetUtcNow(), cancel);
        return await db.Sessions.SingleAsync(s => s.Id == caller.SessionId, cancel);
    }

    private async Task SaveAsync(IDbContextTransaction transaction, Caller caller, string method, CancellationToken cancel)
    {
        audit.Add(db, SecurityEventKind.Reauthenticated, caller.Client, caller.UserId, caller.SessionId, FactorMethod.Amr(method));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
