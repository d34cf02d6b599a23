using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Credentials;
using WebApp.Platform.Data;
using WebApp.Platform.Startup;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>Creates recovery codes, ten at a time. They exist in plain text only in the returned value.</summary>
public sealed class RecoveryCodeSheets(AppDbContext db, RecoveryCodeHash hash, FactorChanges changes)
{
    /// <summary>Number of codes on a sheet.</summary>
    public const int Size = 10;

    /// <summary>With this many codes left or fewer, the user should create a new sheet.</summary>
    public const int FewLeft = 3;

    /// <summary>How many codes can still be used.</summary>
    public Task<int> CountAsync(Guid userId, CancellationToken cancel) =>
        db.Set<RecoveryCode>().CountAsync(code => code.UserId == userId && code.UsedAt == null, cancel);

    /// <summary>Creates a first sheet, in the caller's transaction, which holds the user's lock; null if codes are left.</summary>
    public async Task<RecoveryCodeSheet?> EnsureAsync(Guid userId, CancellationToken cancel) =>
        await CountAsync(userId, cancel) > 0 ? null : await ReplaceAsync(userId, cancel);

    /// <summary>Creates a new sheet and makes the old one void; null if no second factor is on that codes could replace.</summary>
    public Task<RecoveryCodeSheet?> RenewAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => RenewOnceAsync(caller, cancel));

    private async Task<RecoveryCodeSheet?> RenewOnceAsync(Caller caller, CancellationToken cancel)
    {
        // Of two concurrent sheets, the later makes the earlier void: the lock is exclusive.
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel);
        if (!user.TwoFactorEnabled)
        {
            return null;
        }

        var sheet = await ReplaceAsync(caller.UserId, cancel);
        await changes.CommitAsync(transaction, caller, user, CredentialChange.RecoveryCodesRenewed, cancel);
        return sheet;
    }

    private async Task<RecoveryCodeSheet> ReplaceAsync(Guid userId, CancellationToken cancel)
    {
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId).ExecuteDeleteAsync(cancel);
        var codes = Enumerable.Range(0, Size).Select(_ => RecoveryCodeText.New()).ToArray();
        db.Set<RecoveryCode>().AddRange(codes.Select(code => new RecoveryCode { UserId = userId, CodeHash = hash.Compute(userId, code)! }));
        await db.SaveChangesAsync(cancel);
        return new(codes);
    }
}

/// <summary>Recovery codes in plain text, shown once. The text form hides them.</summary>
/// <param name="Codes">The codes, in the format <c>abcde-fghjk</c>.</param>
public sealed record RecoveryCodeSheet(IReadOnlyList<string> Codes)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodeSheet({Codes.Count}, …)";
}

/// <summary>
/// Gives shown codes back as a file, without storing them: the page has them in an encrypted field of its form, and gets a file for it. This works without
/// JavaScript, and the site never returns as a file what it did not create.
/// </summary>
public sealed class RecoveryCodeDownload(IDataProtectionProvider protection, IOptions<AppOptions> app)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "recovery-codes.txt";

    private readonly IDataProtector protector = protection.CreateProtector("Mfa.RecoveryCodeDownload");

    /// <summary>A sheet with its download field.</summary>
    public RecoveryCodePage Offer(Guid userId, RecoveryCodeSheet sheet) => new(sheet.Codes, For(userId).Protect(string.Join('\n', sheet.Codes)));

    /// <summary>The file for a field; null if the field is not this user's.</summary>
    public byte[]? Open(Guid userId, string? field)
    {
        try
        {
            return field is null ? null : Encoding.UTF8.GetBytes($"""
                {T("Recovery codes for {0}, {1}", app.Value.Name, app.Value.BaseUrl)}
                {T("Each works once, in place of your second factor. Store them somewhere safe.")}

                {For(userId).Unprotect(field)}

                """.ReplaceLineEndings("\r\n"));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(Guid userId) => protector.CreateProtector(userId.ToString("N"));
}

/// <summary>The page that shows new codes, once. The text form hides them.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Download">The encrypted field that the download sends back.</param>
public sealed record RecoveryCodePage(IReadOnlyList<string> Codes, string Download)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodePage({Codes.Count}, …)";
}
