using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Mfa;
using WebApp.Passwords;
using WebApp.Protection;
using WebApp.Sessions;
using WebApp.SignIn;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Replaces a password its owner knows.</summary>
public sealed class PasswordChange(
    AppDbContext db,
    StepUp stepUp,
    PasswordPolicy policy,
    PasswordHashing hashing,
    OneTimeSecrets secrets,
    SessionDirectory sessions,
    KnownDevices devices,
    PendingSignIns pendings,
    AccountKeys accounts,
    SignInGuard guard,
    CredentialNotices notices,
    AuditTrail audit)
{
    /// <summary>
    /// Sets the new password where the current one is right (ASVS 6.2.3) and the new one meets the policy. The caller's session goes on; all
    /// others end, no device is trusted any more, and mailed links that reset it or move the account die. The seed is not raised, or the caller's own tokens would die too.
    /// </summary>
    public async Task<PasswordChangeResult> ChangeAsync(
        Guid userId, Guid? sessionId, Guid? knownDevice, string? current, string? replacement, ClientInfo client, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancel);
        FieldError[] errors = current == replacement && !string.IsNullOrEmpty(current)
            ? [new("NewPassword", "This is the password you have. Choose another.")]
            : [.. policy.Errors("NewPassword", replacement, user.Email, user.DisplayName)];
        if (errors.Length > 0)
        {
            return new PasswordChangeResult.Invalid(errors);
        }

        switch (await stepUp.VerifyPasswordAsync(userId, sessionId, knownDevice, current, client, cancel))
        {
            case FactorResult.TooMany(var wait):
                return new PasswordChangeResult.TooMany(wait);
            case not FactorResult.Right:
                return new PasswordChangeResult.WrongPassword();
        }

        var hash = await hashing.HashAsync(replacement!, cancel);
        return await SaveAsync(user, sessionId, hash, client, cancel) is { } ended
            ? new PasswordChangeResult.Changed(ended)
            : new PasswordChangeResult.WrongPassword();
    }

    private async Task<int?> SaveAsync(User user, Guid? sessionId, string hash, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // Only over the hash that was there before: of two changes at once, the second no longer knows the current password.
        var saved = await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash), cancel);
        if (saved == 0)
        {
            return null;
        }

        var ended = await sessions.EndOthersAsync(user.Id, sessionId, EndReason.PasswordChanged, cancel);
        await devices.EndTrustAsync(user.Id, cancel);
        await pendings.VoidAllAsync(user.Id, cancel);
        await secrets.VoidAsync(db, user.Id, SecretPurpose.ResetPassword, cancel);
        await secrets.VoidAsync(db, user.Id, SecretPurpose.ChangeEmail, cancel);
        audit.Add(db, SecurityEventKind.PasswordChanged, client, user.Id, sessionId);
        await notices.AddAsync(
            db, user.Id, user.Email!, "Your password was changed", "The password of your account was changed, and all other sessions were ended.", client, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        sessions.ToldHere(ended);

        // What was guessed at is no longer the password.
        await guard.ClearAsync(SignInGuard.KeyOfAccount(accounts.Of(user.Email)), cancel);
        return ended.Count;
    }
}
