using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Changes;
using WebApp.Mfa.RecoveryCodes;
using WebApp.Protection;
using WebApp.Sessions;

namespace WebApp.Mfa;

/// <summary>
/// What belongs to every change of a factor, in its transaction: the account asks for what it now has, other sessions end (ASVS 7.4.3),
/// no device is trusted any more, the trail and the owner are told.
/// </summary>
public sealed class FactorChanges(
    AppDbContext db, SessionDirectory sessions, KnownDevices devices, CredentialNotices notices, AuditTrail audit, ChangeFeed feed)
{
    /// <summary>Adds it to a change that was made in <paramref name="transaction"/>, and commits.</summary>
    /// <param name="transaction">The change's.</param>
    /// <param name="caller">Who made it.</param>
    /// <param name="change">What happened.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task CommitAsync(IDbContextTransaction transaction, Caller caller, FactorChange change, CancellationToken cancel)
    {
        var (userId, sessionId, client) = caller;
        await SecondFactors.UpdateRequirementAsync(db, userId, cancel);
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId && !db.Users.Any(u => u.Id == userId && u.TwoFactorEnabled)).ExecuteDeleteAsync(cancel);
        var ended = await sessions.EndOthersAsync(userId, sessionId, EndReason.FactorChanged, cancel);
        await devices.EndTrustAsync(userId, cancel);
        audit.Add(db, SecurityEventKind.FactorChanged, client, userId, sessionId, change.Detail);
        var email = await db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);
        await notices.AddAsync(db, userId, email, change.Subject, change.What, client, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        sessions.ToldHere(ended);
        feed.TellHere(Topics.UserChanged, userId.ToString());
    }
}
