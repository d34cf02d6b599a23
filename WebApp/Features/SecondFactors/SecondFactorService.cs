using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// All second factors of a user: which ones there are, and whether a code is right. Guesses are counted for the account, whatever page they come from, and
/// separately for each device that the account knows.
/// </summary>
public sealed class SecondFactorService(
    AppDbContext db, TotpFactor totp, EmailCodeFactor emailCodes, RecoveryCodeFactor recoveryCodes, SignInGuard guard,
    GuessNotices notices, IOptions<MfaOptions> options, AuditTrail audit)
{
    /// <summary>The methods a user has, the strongest first; empty if no second factor is on.</summary>
    public async Task<IReadOnlyList<string>> MethodsAsync(Guid userId, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().Where(u => u.Id == userId).Select(u => new
        {
            u.TwoFactorEnabled,
            Email = db.Users.Where(EmailCodeFactor.Answers(db, options.Value)).Any(e => e.Id == u.Id),
            Totp = db.Set<TotpCredential>().Any(t => t.UserId == u.Id && t.ConfirmedAt != null),
            Passkey = db.UserPasskeys.Any(p => p.UserId == u.Id),
            Recovery = db.Set<RecoveryCode>().Any(r => r.UserId == u.Id && r.UsedAt == null),
        }).SingleOrDefaultAsync(cancel);
        return user is not { TwoFactorEnabled: true }
            ? []
            : [.. new[]
            {
                user.Passkey ? FactorMethod.Passkey : null,
                user.Totp ? FactorMethod.Totp : null,
                user.Email ? FactorMethod.Email : null,
                user.Recovery ? FactorMethod.RecoveryCode : null,
            }.OfType<string>()];
    }

    /// <summary>The user's factors, as shown to their owner; null if the account does not exist.</summary>
    public Task<FactorOverview?> OverviewAsync(Guid userId, CancellationToken cancel) => db.Users.Where(u => u.Id == userId).Select(u => new FactorOverview(
        u.TwoFactorEnabled,
        db.Set<TotpCredential>().Where(t => t.UserId == u.Id).Select(t => t.ConfirmedAt).SingleOrDefault(),
        u.EmailCodesEnabled,
        options.Value.EmailCodes,
        u.Email!,
        u.EmailConfirmed,
        db.Set<RecoveryCode>().Count(r => r.UserId == u.Id && r.UsedAt == null))).SingleOrDefaultAsync(cancel);

    /// <summary>Checks and uses up a code that completes a sign-in. A mailed code is right only for the pending sign-in it was sent for.</summary>
    /// <param name="pending">The sign-in.</param>
    /// <param name="method">A value of <see cref="FactorMethod"/>, but not a passkey.</param>
    /// <param name="code">As typed.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="onRight">What to do after a right code, in the transaction that uses it up.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<FactorResult> VerifyAsync(PendingSignIn pending, string? method, string? code, ClientInfo client, Func<Task> onRight, CancellationToken cancel)
    {
        var purpose = method == FactorMethod.RecoveryCode ? GuessPurpose.RecoveryCode : GuessPurpose.Code;
        var (result, permit, lockout) = await GuessAsync(GuessPurpose.Key(purpose, pending.UserId, pending.KnownDeviceId), pending.UserId, pending.Id, method, code, client, onRight, cancel);
        if (permit is not null && result is not FactorResult.Right)
        {
            await notices.AddCodeAsync(db, pending.UserId, permit, lockout, client, cancel);
            await db.SaveChangesAsync(cancel);
        }

        return result;
    }

    /// <summary>Checks and uses up a code by which a signed-in user authenticates again. A mailed code is right only for the session it was sent for.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="knownDevice">The device, if the account knows it.</param>
    /// <param name="method">A value of <see cref="FactorMethod"/>, but not a passkey.</param>
    /// <param name="code">As typed.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="onRight">What to do after a right code, in the transaction that uses it up.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<FactorResult> VerifyAgainAsync(
        Guid userId, Guid sessionId, Guid? knownDevice, string? method, string? code, ClientInfo client, Func<Task> onRight, CancellationToken cancel)
    {
        var purpose = method == FactorMethod.RecoveryCode ? GuessPurpose.StepUpRecoveryCode : GuessPurpose.StepUpCode;
        var (result, permit, lockout) = await GuessAsync(GuessPurpose.Key(purpose, userId, knownDevice), userId, sessionId, method, code, client, onRight, cancel);
        if (permit is not null && result is not FactorResult.Right)
        {
            await notices.AddStepUpAsync(db, userId, sessionId, lockout, client, cancel);
            await db.SaveChangesAsync(cancel);
        }

        return result;
    }

    // The caller records wrong codes, together with its notices.
    private async Task<(FactorResult Result, SignInPermit.Granted? Permit, AccountLockout? Lockout)> GuessAsync(
        string key, Guid userId, Guid boundTo, string? method, string? code, ClientInfo client, Func<Task> onRight, CancellationToken cancel)
    {
        var permit = await guard.TakeAsync(key, cancel);
        if (permit is not SignInPermit.Granted granted)
        {
            var refused = (SignInPermit.Refused)permit;
            return (new FactorResult.TooMany(refused.RetryAfter) { IsFinal = refused.IsFinal }, null, null);
        }

        switch (await SpendAsync(granted, userId, boundTo, method, code ?? "", client, onRight, cancel))
        {
            case FactorResult.Right right:
                Spendings.Settle(granted);
                return (right, granted, null);
            case FactorResult.AlreadyUsed used:
                await guard.ReturnAsync(granted, cancel); // Not a guess: the code was right, but is not valid now.
                return (used, null, null);
            case var wrong:
                audit.Add(db, SecurityEventKind.SecondFactorFailed, client, userId, detail: method is null ? "no method" : FactorMethod.Amr(method));
                return (wrong, granted, await guard.FailAsync(granted, cancel));
        }
    }

    // The code, the count of guesses and the effect of the code are one transaction. It locks the user's row first, as everywhere.
    private async Task<FactorResult> SpendAsync(
        SignInPermit.Granted permit, Guid userId, Guid boundTo, string? method, string code, ClientInfo client, Func<Task> onRight, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        await AccountLock.TakeAsync(db, userId, cancel);
        var result = await CheckAsync(userId, boundTo, method, code, client, cancel);
        if (result is FactorResult.Right)
        {
            await SignInGuard.ForgetAsync(db, [permit.Key], cancel);
            await onRight();
        }

        await transaction.CommitAsync(cancel);
        return result;
    }

    private async Task<FactorResult> CheckAsync(Guid userId, Guid boundTo, string? method, string typed, ClientInfo client, CancellationToken cancel) => method switch
    {
        FactorMethod.Totp => await totp.VerifyAsync(userId, typed, cancel),
        FactorMethod.Email => await emailCodes.VerifyAsync(userId, boundTo, typed, cancel),
        FactorMethod.RecoveryCode => await recoveryCodes.VerifyAsync(userId, typed, client, cancel),
        _ => new FactorResult.Wrong(),
    };

    /// <summary>Removes every factor, recovery code and passkey, in the caller's transaction.</summary>
    public async Task RemoveAllAsync(Guid userId, CancellationToken cancel)
    {
        await db.Set<TotpCredential>().Where(t => t.UserId == userId).ExecuteDeleteAsync(cancel);
        await db.Set<RecoveryCode>().Where(r => r.UserId == userId).ExecuteDeleteAsync(cancel);
        await db.UserPasskeys.Where(p => p.UserId == userId).ExecuteDeleteAsync(cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.EmailCodesEnabled, false).SetProperty(u => u.TwoFactorEnabled, false), cancel);
    }

    /// <summary>Updates whether the account requires a second factor, from its factors. In the caller's transaction, after the change.</summary>
    public static Task UpdateRequirementAsync(AppDbContext db, Guid userId, CancellationToken cancel) =>
        db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.TwoFactorEnabled, u => u.EmailCodesEnabled || db.Set<TotpCredential>().Any(t => t.UserId == u.Id && t.ConfirmedAt != null)),
            cancel);
}

/// <summary>Which second factors a user has.</summary>
/// <param name="Required">Whether sign-in requires one.</param>
/// <param name="TotpSince">When the authenticator app was added (UTC); null if there is none.</param>
/// <param name="EmailOn">Whether mailed codes are on.</param>
/// <param name="EmailOffered">Whether the installation allows turning them on.</param>
/// <param name="Email">The address that codes are mailed to.</param>
/// <param name="EmailConfirmed">Whether the address is confirmed, which mailed codes require.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes can still be used.</param>
public sealed record FactorOverview(bool Required, DateTimeOffset? TotpSince, bool EmailOn, bool EmailOffered, string Email, bool EmailConfirmed, int RecoveryCodesLeft)
{
    /// <summary>Whether so few recovery codes are left that new ones should be made.</summary>
    public bool FewCodesLeft => Required && RecoveryCodesLeft <= RecoveryCodes.RecoveryCodeSheets.FewLeft;
}

/// <summary>The result of checking a second-factor code.</summary>
public abstract record FactorResult
{
    private FactorResult()
    {
    }

    /// <summary>The code was right, and is now used up.</summary>
    public sealed record Right : FactorResult;

    /// <summary>Wrong, used, too old, or of a method the user does not have.</summary>
    public sealed record Wrong : FactorResult;

    /// <summary>A right TOTP code that was used already, for example when the app was added. Not a guess; the next code comes after this time.</summary>
    public sealed record AlreadyUsed(TimeSpan NextIn) : FactorResult;

    /// <summary>A right TOTP code of another time: the phone's clock is wrong by this much (positive: ahead, which is said only at enrolment). Not accepted.</summary>
    public sealed record ClockOff(TimeSpan By) : FactorResult;

    /// <summary>The account has no guesses left.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : FactorResult
    {
        /// <summary>Whether waiting alone does not help: a hundred consecutive codes were wrong.</summary>
        public bool IsFinal { get; init; }
    }
}
