using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Mfa;
using WebApp.Passwords;
using WebApp.Protection;
using WebApp.Sessions;

namespace WebApp.SignIn;

/// <summary>
/// Proving again who one is, before sensitive operations: by second factor if the account has one, else by password
/// (ASVS 7.5.1, RFC 9470).
/// </summary>
public sealed class StepUp(
    AppDbContext db, SecondFactors factors, PasswordHashing hashing, Attempts attempts, BrowserSessions sessions, AuditTrail audit, TimeProvider clock)
{
    private const int PasswordGuesses = 5;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>The methods the user must answer with; empty: the password.</summary>
    public Task<IReadOnlyList<string>> MethodsAsync(Guid userId, CancellationToken cancel) => factors.MethodsAsync(userId, cancel);

    /// <summary>Judges what was given. <see cref="FactorResult.Right"/> leaves the session to be renewed by the caller.</summary>
    public async Task<FactorResult> VerifyAsync(
        Guid userId, Guid sessionId, string? password, string? method, string? code, ClientInfo client, CancellationToken cancel) =>
        (await MethodsAsync(userId, cancel)).Count > 0
            ? await factors.VerifyAsync(userId, sessionId, method, code, client, cancel)
            : await VerifyPasswordAsync(userId, sessionId, password, client, cancel);

    /// <summary>Judges the password alone; its guesses count for the account, whatever page they come from.</summary>
    public async Task<FactorResult> VerifyPasswordAsync(Guid userId, Guid? sessionId, string? password, ClientInfo client, CancellationToken cancel)
    {
        var key = $"step-up:{userId}";
        if (await attempts.SpendAsync(key, PasswordGuesses, Window, cancel) is { } wait)
        {
            return new FactorResult.TooMany(wait);
        }

        var hash = await db.Users.Where(u => u.Id == userId).Select(u => u.PasswordHash).SingleAsync(cancel);
        if (await hashing.VerifyAsync(hash, password ?? "", cancel) == PasswordVerdict.Wrong)
        {
            audit.Add(db, SecurityEventKind.ReauthenticationFailed, client, userId, sessionId);
            await db.SaveChangesAsync(cancel);
            return new FactorResult.Wrong();
        }

        await attempts.ClearAsync(key, cancel);
        return new FactorResult.Right();
    }

    /// <summary>Renews a browser's session as authenticated now, under a new key, which the caller hands out.</summary>
    public async Task<(RowKey Key, Session Session)> RenewBrowserAsync(Guid sessionId, string amr, ClientInfo client, CancellationToken cancel)
    {
        var session = await db.Sessions.SingleAsync(s => s.Id == sessionId, cancel);
        var key = sessions.Renew(session, Add(session.Amr, amr));
        audit.Add(db, SecurityEventKind.Reauthenticated, client, session.UserId, sessionId, amr);
        await db.SaveChangesAsync(cancel);
        return (key, session);
    }

    /// <summary>Renews an API client's session as authenticated now.</summary>
    public async Task RenewApiAsync(Guid sessionId, string amr, ClientInfo client, CancellationToken cancel)
    {
        var session = await db.Sessions.SingleAsync(s => s.Id == sessionId, cancel);
        session.AuthenticatedAt = clock.GetUtcNow();
        session.Amr = Add(session.Amr, amr);
        audit.Add(db, SecurityEventKind.Reauthenticated, client, session.UserId, sessionId, amr);
        await db.SaveChangesAsync(cancel);
    }

    private static string[] Add(string[] amr, string value) => amr.Contains(value) ? amr : [.. amr, value];
}
