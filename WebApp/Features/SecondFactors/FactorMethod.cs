using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Text;

namespace WebApp.Features.SecondFactors;

/// <summary>The names of second factors, in forms and in the API, and what each adds to <c>amr</c> (RFC 8176).</summary>
public static class FactorMethod
{
    /// <summary>A code from an authenticator app.</summary>
    public const string Totp = "totp";

    /// <summary>A mailed code.</summary>
    public const string Email = "email";

    /// <summary>A recovery code.</summary>
    public const string RecoveryCode = "recovery_code";

    /// <summary>The password: not a second factor, but accepted at step-up if the account has none.</summary>
    public const string Password = "password";

    /// <summary>An outside provider: not a second factor, but accepted at step-up if the account has neither one nor a password.</summary>
    public const string External = "external";

    /// <summary>A passkey; pages only.</summary>
    public const string Passkey = "passkey";

    /// <summary>
    /// The <c>amr</c> of a session after one more authentication by a method: the method's value is added, and whether the last method was a mailed code.
    /// </summary>
    public static string[] Add(IReadOnlyCollection<string> amr, string method) =>
    [
        .. amr.Where(way => way != RecentAuthentication.MailedCode),
        .. amr.Contains(Amr(method)) ? Array.Empty<string>() : [Amr(method)],
        .. method == Email ? [RecentAuthentication.MailedCode] : Array.Empty<string>(),
    ];

    /// <summary>The display name of a method.</summary>
    public static string NameOf(string method) => method switch
    {
        Totp => T("Authenticator app"),
        Email => T("Email"),
        RecoveryCode => T("Recovery code"),
        Passkey => T("Passkey"),
        _ => method,
    };

    /// <summary>The <c>amr</c> value of a method.</summary>
    public static string Amr(string method) => method switch
    {
        Passkey => "hwk",
        Password => "pwd",
        External => "fed",
        _ => "otp",
    };
}

/// <summary>
/// The rule that a mailed code must not replace stronger factors (ASVS 6.4.4). A person who reads the mailbox can reset the password too; if a mailed code
/// could remove an authenticator app or a passkey, access to the mailbox would give access to the account.
/// </summary>
public static class FactorStrength
{
    /// <summary>The methods that are sufficient for changes of every factor, passkeys included.</summary>
    public static IReadOnlyList<string> StrongMethods { get; } = [FactorMethod.Passkey, FactorMethod.Totp, FactorMethod.RecoveryCode];

    /// <summary>Whether a mailed code is not sufficient for changes of this account's factors: it requires a second factor and has a stronger one.</summary>
    public static Task<bool> IsNeededAsync(AppDbContext db, Guid userId, CancellationToken cancel) => db.Users.AnyAsync(
        u => u.Id == userId && u.TwoFactorEnabled
            && (db.Set<TotpCredential>().Any(t => t.UserId == u.Id && t.ConfirmedAt != null) || db.UserPasskeys.Any(p => p.UserId == u.Id)),
        cancel);
}

/// <summary>
/// A change of a factor requires a stronger or a more recent authentication than its session has; nothing was changed. Pages and API calls check this
/// beforehand, so it happens only if the session changed meanwhile. It is an exception for the same reason as
/// <see cref="Features.Sessions.SessionEndedException"/>.
/// </summary>
public sealed class StrongerAuthenticationRequiredException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StrongerAuthenticationRequiredException() : base("The session must authenticate again, and not by mailed code.")
    {
    }
}

/// <summary>The reason why a code was refused, as text. Pages and API use the same text.</summary>
public static class FactorMessages
{
    /// <summary>One or two sentences. Only for refusals.</summary>
    public static string For(FactorResult refusal) => refusal switch
    {
        FactorResult.Wrong => T("Wrong, used or expired code."),
        FactorResult.AlreadyUsed(var next) => T("That code was used already. Wait {0} for the next code.", Durations.Describe(next)),
        FactorResult.ClockOff(var by) =>
            by > TimeSpan.Zero
                ? T("That code belongs to another time: your phone's clock is {0} ahead. Let the phone set its time by itself, then use the next code.", Durations.Describe(by.Duration()))
                : T("That code belongs to another time: your phone's clock is {0} behind. Let the phone set its time by itself, then use the next code.", Durations.Describe(by.Duration())),
        FactorResult.TooMany { IsFinal: true } =>
            T("A hundred tries in a row were wrong, so codes are no longer accepted here. Use a passkey, a recovery code or a browser in which you have signed in before; or reset your password, and try again a day later."),
        FactorResult.TooMany(var wait) => T("Too many wrong tries for this account. Try again in {0}.", Durations.Describe(wait)),
        _ => throw new UnreachableException(),
    };

    /// <summary>When a mailed code may be requested again.</summary>
    public static string TooSoon(TimeSpan retryAfter) => retryAfter < TimeSpan.FromMinutes(1)
        ? T("A code was sent moments ago. You can have another in {0}.", Durations.Describe(retryAfter))
        : T("That was the last code for now. You can have another in {0}.", Durations.Describe(retryAfter));
}
