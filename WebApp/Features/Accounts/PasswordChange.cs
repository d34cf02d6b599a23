using Microsoft.EntityFrameworkCore;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts;

/// <summary>Replaces a password that its owner knows.</summary>
public sealed class PasswordChange(
    AppDbContext db,
    StepUp stepUp,
    PasswordPolicy policy,
    PasswordHashing hashing,
    CredentialChanges changes,
    AccountKeys accounts,
    TimeProvider clock)
{
    /// <summary>
    /// Sets the new password if the current one is right (ASVS 6.2.3) and the new one meets the policy. The caller's session and its tokens continue; for
    /// the other effects see <see cref="CredentialChange.PasswordChanged"/>.
    /// </summary>
    public async Task<PasswordChangeResult> ChangeAsync(
        Guid userId, Guid? sessionId, Guid? knownDevice, string? current, string? replacement, ClientInfo client, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancel);
        FieldError[] errors = current == replacement && !string.IsNullOrEmpty(current)
            ? [new("NewPassword", T("This is the password you have. Choose another."))]
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

    private Task<int?> SaveAsync(User verified, Guid? sessionId, string hash, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => SaveOnceAsync(verified, sessionId, hash, client, cancel));

    private async Task<int?> SaveOnceAsync(User verified, Guid? sessionId, string hash, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await AccountLock.RequireSessionAsync(db, verified.Id, sessionId, clock.GetUtcNow(), cancel);

        // Only if the hash is still the one that was checked: of two concurrent changes, the second has the wrong current password.
        var saved = await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == verified.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash), cancel);
        if (saved == 0)
        {
            return null;
        }

        // Earlier guesses were about the old password.
        await SignInGuard.ForgetAsync(db, [SignInGuard.KeyOfAccount(accounts.ForEmail(user.Email))], cancel);
        return await changes.CommitAsync(transaction, CredentialChange.PasswordChanged, user, sessionId, client, cancel);
    }
}

/// <summary>The result of changing a password.</summary>
public abstract record PasswordChangeResult
{
    private PasswordChangeResult()
    {
    }

    /// <summary>The password was changed; this many other sessions have ended.</summary>
    public sealed record Changed(int EndedSessions) : PasswordChangeResult;

    /// <summary>The current password is wrong.</summary>
    public sealed record WrongPassword : PasswordChangeResult;

    /// <summary>No guesses of the current password are left.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : PasswordChangeResult;

    /// <summary>The new password does not meet the policy.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PasswordChangeResult;
}
