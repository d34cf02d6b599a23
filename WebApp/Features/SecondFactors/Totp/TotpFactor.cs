using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>Codes from an authenticator app (RFC 6238), checked and spent.</summary>
public sealed class TotpFactor(AppDbContext db, TotpSecrets secrets, TimeProvider clock)
{
    /// <summary>Steps before and after the present one whose codes are right: phones' clocks differ, and typing takes time (RFC 6238 5.2).</summary>
    public const int Tolerance = 1;

    /// <summary>
    /// Steps within which a code that is not right is still known as one of another time: 10 minutes. Of a code that is still to come this is said at
    /// enrolment alone: at sign-in, whoever guesses would learn by it what to type a little later.
    /// </summary>
    public const int Reach = 20;

    /// <summary>Checks a code and spends its step: it never works again, and of twenty in parallel one is right.</summary>
    public async Task<FactorResult> VerifyAsync(Guid userId, string code, CancellationToken cancel)
    {
        var credential = await db.Set<TotpCredential>().AsNoTracking().SingleOrDefaultAsync(t => t.UserId == userId && t.ConfirmedAt != null, cancel);
        if (credential is null)
        {
            return new FactorResult.Wrong();
        }

        var (result, step) = Check(credential, code, tellsAhead: false);
        if (result is not FactorResult.Right)
        {
            return result;
        }

        return credential.IsUsed(step) ? new FactorResult.AlreadyUsed(TimeCode.StartOf(step + 1) - clock.GetUtcNow())
            : await SpendAsync(credential, step, cancel) ? result
            : new FactorResult.Wrong();
    }

    /// <summary>What a code is worth against a secret now, and the step it is of. Nothing is spent.</summary>
    /// <param name="credential">The secret.</param>
    /// <param name="code">As typed.</param>
    /// <param name="tellsAhead">Whether a code of a step that is still to come is called one.</param>
    internal (FactorResult Result, long Step) Check(TotpCredential credential, string code, bool tellsAhead)
    {
        var now = TimeCode.StepAt(clock.GetUtcNow());
        var typed = string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
        if (TimeCode.FindOffset(secrets.Open(credential.UserId, credential.Secret), typed, now, Reach) is not { } offset)
        {
            return (new FactorResult.Wrong(), now);
        }

        // A code of another time that was used is only that, and says nothing of a clock.
        FactorResult result = Math.Abs(offset) <= Tolerance ? new FactorResult.Right()
            : credential.IsUsed(now + offset) || (offset > 0 && !tellsAhead) ? new FactorResult.Wrong()
            : new FactorResult.ClockOff(TimeSpan.FromSeconds(offset * TimeCode.StepSeconds));
        return (result, now + offset);
    }

    // A step that is later than the present accepts was used by a clock that ran ahead. It says nothing of what came before it, but is not used again.
    private async Task<bool> SpendAsync(TotpCredential credential, long step, CancellationToken cancel)
    {
        var latest = TimeCode.StepAt(clock.GetUtcNow()) + Tolerance;
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE totp_credentials t SET last_step = {step}, used_steps = ARRAY(
                SELECT DISTINCT used FROM unnest(t.used_steps || t.last_step || {step}::bigint) AS used WHERE used IS NOT NULL ORDER BY used DESC LIMIT {TotpCredential.MaxUsedSteps})
            WHERE t.user_id = {credential.UserId} AND t.secret = {credential.Secret} AND t.confirmed_at IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM unnest(t.used_steps || t.last_step) AS used WHERE used = {step} OR (used > {step} AND used <= {latest}))
            """,
            cancel) == 1;
    }
}
