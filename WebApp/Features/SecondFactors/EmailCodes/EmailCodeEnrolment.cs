using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Credentials;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>Turns mailed codes on and off.</summary>
public sealed class EmailCodeEnrolment(AppDbContext db, RecoveryCodeSheets recoveryCodes, FactorChanges changes, IOptions<MfaOptions> options)
{
    /// <summary>Turns them on.</summary>
    public Task<EmailCodesResult> TurnOnAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => TurnOnOnceAsync(caller, cancel));

    private async Task<EmailCodesResult> TurnOnOnceAsync(Caller caller, CancellationToken cancel)
    {
        if (!options.Value.EmailCodes)
        {
            return new EmailCodesResult.NotOffered();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel);
        var me = db.Users.Where(u => u.Id == caller.UserId && u.EmailConfirmed);
        if (await me.Where(u => !u.EmailCodesEnabled).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailCodesEnabled, true), cancel) == 0)
        {
            return await me.AnyAsync(cancel) ? new EmailCodesResult.AlreadyOn() : new EmailCodesResult.AddressNotConfirmed();
        }

        var codes = await recoveryCodes.EnsureAsync(caller.UserId, cancel);
        await changes.CommitAsync(transaction, caller, user, CredentialChange.EmailOn, cancel);
        return new EmailCodesResult.TurnedOn(codes);
    }

    /// <summary>Turns them off. Returns false if they were off already.</summary>
    public Task<bool> TurnOffAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => TurnOffOnceAsync(caller, cancel));

    private async Task<bool> TurnOffOnceAsync(Caller caller, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel, strong: false); // A mailed code is sufficient to turn off mailed codes.
        if (await db.Users.Where(u => u.Id == caller.UserId && u.EmailCodesEnabled)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailCodesEnabled, false), cancel) == 0)
        {
            return false;
        }

        await changes.CommitAsync(transaction, caller, user, CredentialChange.EmailOff, cancel);
        return true;
    }
}

/// <summary>The result of turning mailed codes on.</summary>
public abstract record EmailCodesResult
{
    private EmailCodesResult()
    {
    }

    /// <summary>They are on.</summary>
    /// <param name="Codes">New recovery codes, if there were none left.</param>
    public sealed record TurnedOn(RecoveryCodeSheet? Codes) : EmailCodesResult;

    /// <summary>They were on before; nothing changed.</summary>
    public sealed record AlreadyOn : EmailCodesResult;

    /// <summary>The installation does not offer them.</summary>
    public sealed record NotOffered : EmailCodesResult;

    /// <summary>The address of the account is not confirmed.</summary>
    public sealed record AddressNotConfirmed : EmailCodesResult;
}
