using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>Checks codes from an authenticator app (RFC 6238) and uses them up.</summary>
public sealed class TotpFactor(AppDbContext db, TotpSecrets secrets, TimeProvider clock)
{
    /// <summary>How many steps before and after the current one are accepted: phones' clocks differ, and typing takes time (RFC 6238 5.2).</summary>
    public const int Tolerance = 1;

    /// <summary>
    /// How many steps away a wrong code is still recognised as the code of another time: 10 minutes. For a future code this is said only at enrolment: at
    /// sign-in, an attacker would learn which code to type later.
    /// </summary>
    public const int Reach = 20;

    /// <summary>Checks a code and uses up its step: it never works again, and of twenty parallel requests one succeeds.</summary>
    public async Task<FactorResult> VerifyAsync(Guid userId, string code, CancellationToken cancel)
    {
        var credential = await db.Set<TotpCredential>().AsNoTracking().SingleOrDefaultAsync(t => t.UserId == userId && t.ConfirmedAt != null, cancel);
        if (credential is null)
        {
            return new FactorResult.Wrong();
        }

        var (result, step) = Check(credential, code, reportsFuture: false);
        if (result is not FactorResult.Right)
        {
            return result;
        }

        return credential.IsUsed(step) ? new FactorResult.AlreadyUsed(TimeCode.StartOf(step + 1) - clock.GetUtcNow())
            : await SpendAsync(credential, step, cancel) ? result
            : new FactorResult.Wrong();
    }

    /// <summary>Checks a code against a secret now, and returns the code's step. Does not use it up.</summary>
    /// <param name="credential">The secret.</param>
    /// <param name="code">As typed.</param>
    /// <param name="reportsFuture">Whether the result says that a code belongs to a future step.</param>
    internal (FactorResult Result, long Step) Check(TotpCredential credential, string code, bool reportsFuture)
    {
        var now = TimeCode.StepAt(clock.GetUtcNow());
        var typed = string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
        if (TimeCode.FindOffset(secrets.Open(credential.UserId, credential.Secret), typed, now, Reach) is not { } offset)
        {
            return (new FactorResult.Wrong(), now);
        }

        // A used code of another time is treated as wrong, and says nothing about a clock.
        FactorResult result = Math.Abs(offset) <= Tolerance ? new FactorResult.Right()
            : credential.IsUsed(now + offset) || (offset > 0 && !reportsFuture) ? new FactorResult.Wrong()
            : new FactorResult.ClockOff(TimeSpan.FromSeconds(offset * TimeCode.StepSeconds));
        return (result, now + offset);
    }

    // If the last step is later than now allows, a clock was ahead when it was used. It does not block the steps before it, but cannot be used again.
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
