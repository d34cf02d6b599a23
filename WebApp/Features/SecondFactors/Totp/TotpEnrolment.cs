using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Credentials;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Platform.Data;
using WebApp.Platform.Pages;
using WebApp.Platform.Startup;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>Adds and removes an authenticator app.</summary>
public sealed class TotpEnrolment(
    AppDbContext db, TotpFactor factor, TotpSecrets secrets, RecoveryCodeSheets recoveryCodes, FactorChanges changes, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long an offered secret waits for its confirmation.</summary>
    public static readonly TimeSpan OfferLifetime = TimeSpan.FromHours(1);

    /// <summary>Offers a new secret and replaces one that was not confirmed. Null if an app is on already.</summary>
    public Task<TotpOffer?> BeginAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => BeginOnceAsync(caller, cancel));

    private async Task<TotpOffer?> BeginOnceAsync(Caller caller, CancellationToken cancel)
    {
        var userId = caller.UserId;
        var secret = TotpSecrets.New();
        var sealedSecret = secrets.Seal(userId, secret);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await changes.AdmitAsync(caller, cancel);
        var offered = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO totp_credentials AS t (user_id, secret, created_at, offered_in) VALUES ({userId}, {sealedSecret}, {now}, {caller.SessionId})
            ON CONFLICT (user_id) DO UPDATE SET secret = EXCLUDED.secret, created_at = EXCLUDED.created_at, offered_in = EXCLUDED.offered_in
            WHERE t.confirmed_at IS NULL
            """,
            cancel);
        await transaction.CommitAsync(cancel);
        return offered == 1 ? await OfferAsync(userId, secret, cancel) : null;
    }

    /// <summary>The secret that is offered in the caller's session; null if there is none.</summary>
    public async Task<TotpOffer?> FindAsync(Caller caller, CancellationToken cancel) =>
        await PendingAsync(caller, cancel) is { } pending ? await OfferAsync(caller.UserId, secrets.Open(caller.UserId, pending.Secret), cancel) : null;

    /// <summary>When the app was added (UTC); null if there is none.</summary>
    public Task<DateTimeOffset?> SinceAsync(Guid userId, CancellationToken cancel) =>
        db.Set<TotpCredential>().Where(t => t.UserId == userId).Select(t => t.ConfirmedAt).SingleOrDefaultAsync(cancel);

    /// <summary>Accepts the offered secret if the code is right. The code is used up.</summary>
    public async Task<TotpConfirmation> ConfirmAsync(Caller caller, string? code, CancellationToken cancel)
    {
        if (await PendingAsync(caller, cancel) is not { } pending)
        {
            return new TotpConfirmation.NothingOffered();
        }

        var (result, step) = factor.Check(pending, code ?? "", reportsFuture: true);
        if (result is not FactorResult.Right)
        {
            return new TotpConfirmation.Refused(result);
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel);
        if (await db.Set<TotpCredential>().Where(t => t.UserId == caller.UserId && t.Secret == pending.Secret && t.ConfirmedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.ConfirmedAt, now).SetProperty(t => t.LastStep, step), cancel) == 0)
        {
            return new TotpConfirmation.NothingOffered();
        }

        var codes = await recoveryCodes.EnsureAsync(caller.UserId, cancel);
        await changes.CommitAsync(transaction, caller, user, CredentialChange.TotpOn, cancel);
        return new TotpConfirmation.TurnedOn(codes);
    }

    /// <summary>Removes the app. Returns false if there is none.</summary>
    public Task<bool> RemoveAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => RemoveOnceAsync(caller, cancel));

    private async Task<bool> RemoveOnceAsync(Caller caller, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel);
        if (await db.Set<TotpCredential>().Where(t => t.UserId == caller.UserId && t.ConfirmedAt != null).ExecuteDeleteAsync(cancel) == 0)
        {
            return false;
        }

        await changes.CommitAsync(transaction, caller, user, CredentialChange.TotpOff, cancel);
        return true;
    }

    private Task<TotpCredential?> PendingAsync(Caller caller, CancellationToken cancel)
    {
        var oldest = clock.GetUtcNow() - OfferLifetime;
        return db.Set<TotpCredential>().AsNoTracking().SingleOrDefaultAsync(
            t => t.UserId == caller.UserId && t.OfferedIn == caller.SessionId && t.OfferedIn != null && t.ConfirmedAt == null && t.CreatedAt > oldest, cancel);
    }

    private async Task<TotpOffer> OfferAsync(Guid userId, byte[] secret, CancellationToken cancel)
    {
        var email = await db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);
        return new(secret, app.Value.Name, email);
    }
}

/// <summary>The result of confirming a secret with a code.</summary>
public abstract record TotpConfirmation
{
    private TotpConfirmation()
    {
    }

    /// <summary>The app is on.</summary>
    /// <param name="Codes">New recovery codes, if there were none left.</param>
    public sealed record TurnedOn(RecoveryCodeSheet? Codes) : TotpConfirmation;

    /// <summary>No secret is offered: none was requested, it has expired, or it was confirmed already.</summary>
    public sealed record NothingOffered : TotpConfirmation;

    /// <summary>The code is not right. <paramref name="Reason"/> is never <see cref="FactorResult.Right"/>.</summary>
    public sealed record Refused(FactorResult Reason) : TotpConfirmation;
}

/// <summary>A secret for an authenticator app, in the three forms that apps accept. Its text form hides the secret.</summary>
public sealed partial class TotpOffer
{
    private readonly string account;
    private readonly string issuer;

    /// <summary>Creates an offer.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="issuer">The name of the installation.</param>
    /// <param name="account">The user's address.</param>
    public TotpOffer(ReadOnlySpan<byte> secret, string issuer, string account)
    {
        Secret = Base32.Encode(secret);

        // A colon separates issuer and account, even when it is escaped.
        this.issuer = Uri.EscapeDataString(issuer.Replace(":", "", StringComparison.Ordinal));
        this.account = Uri.EscapeDataString(account.Replace(":", "", StringComparison.Ordinal));
    }

    /// <summary>The secret in base32.</summary>
    public string Secret { get; }

    /// <summary>The secret in groups of four, for typing.</summary>
    public string SecretInGroups => Group().Replace(Secret, "$0 ").TrimEnd();

    /// <summary>The <c>otpauth:</c> URI (Google Authenticator's key URI format, which all apps support).</summary>
    public string OtpauthUri => $"otpauth://totp/{issuer}:{account}?secret={Secret}&issuer={issuer}&algorithm=SHA1&digits={TimeCode.Digits}&period={TimeCode.StepSeconds}";

    /// <summary>The URI as a QR code.</summary>
    public string QrSvg => QrCode.Svg(OtpauthUri);

    /// <inheritdoc/>
    public override string ToString() => "TotpOffer(…)";

    [GeneratedRegex(".{4}")]
    private static partial Regex Group();
}
