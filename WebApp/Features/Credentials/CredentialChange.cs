using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;

namespace WebApp.Features.Credentials;

/// <summary>Which sessions a change ends.</summary>
public enum SessionsEnded
{
    /// <summary>All except the one that made the change, which keeps its tokens.</summary>
    Others,

    /// <summary>All. The token version is raised, which makes every access token invalid.</summary>
    All,
}

/// <summary>What happens to the devices that an account knows.</summary>
public enum DevicesAfter
{
    /// <summary>Nothing changes.</summary>
    Kept,

    /// <summary>None may skip the second factor any more; all stay known.</summary>
    Untrusted,

    /// <summary>All are forgotten.</summary>
    Forgotten,
}

/// <summary>Which mail notifies the owner.</summary>
public enum NoticeMail
{
    /// <summary>None: the owner did it and nothing can be undone, or the caller sends its own mail.</summary>
    None,

    /// <summary>“A credential changed”, with the account recovery link.</summary>
    Changed,

    /// <summary>“Your password was reset”, with that link.</summary>
    PasswordReset,

    /// <summary>“An administrator …”, with that link.</summary>
    AdministeredWithWayBack,

    /// <summary>“An administrator …”, without a link, because nothing can be undone.</summary>
    Administered,
}

/// <summary>
/// The effects and notices of a change of a credential, or of who may have the account, as one table (docs/credentials.md). Each row also ends the sign-ins
/// in progress: those that wait for a second factor, and devices that were approved and have no tokens yet.
/// </summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Sessions">Which sessions end.</param>
/// <param name="Reason">The reason, a value of <see cref="EndReason"/>.</param>
/// <param name="EndsApiTokens">Whether API tokens are revoked.</param>
/// <param name="Devices">What happens to known devices.</param>
/// <param name="VoidsLinks">Purposes of mailed links and codes that become void, see <see cref="SecretPurpose"/>.</param>
/// <param name="Event">The event in the audit trail, a value of <see cref="SecurityEventKind"/>.</param>
/// <param name="Mail">Which mail notifies the owner.</param>
public sealed record CredentialChange(
    string Name, SessionsEnded Sessions, string Reason, bool EndsApiTokens, DevicesAfter Devices, IReadOnlyList<string> VoidsLinks, string Event, NoticeMail Mail)
{
    private static readonly string[] NoLinks = [];
    private static readonly string[] OfMailbox = [SecretPurpose.ResetPassword, SecretPurpose.ChangeEmail, SecretPurpose.SecondFactor];
    private static readonly string[] OfSessions = [SecretPurpose.ChangeEmail, SecretPurpose.SecondFactor];

    /// <summary>The owner replaced a password they know.</summary>
    public static readonly CredentialChange PasswordChanged = new(
        "password changed", SessionsEnded.Others, EndReason.PasswordChanged, EndsApiTokens: false, DevicesAfter.Untrusted, OfMailbox, SecurityEventKind.PasswordChanged, NoticeMail.Changed)
    {
        Subject = Marked("Your password was changed"),
        What = Marked("The password of your account was changed, and all other sessions were ended."),
    };

    /// <summary>The password was replaced by a mailed link. API tokens end: an attacker who had the account may have created them.</summary>
    public static readonly CredentialChange PasswordReset = new(
        "password reset", SessionsEnded.All, EndReason.PasswordReset, EndsApiTokens: true, DevicesAfter.Forgotten, OfMailbox, SecurityEventKind.PasswordReset, NoticeMail.PasswordReset);

    /// <summary>“This wasn't me.” The caller makes the links void that are newer than the used one, and removes passkeys that are as new.</summary>
    public static readonly CredentialChange NotMe = new(
        "this wasn't me", SessionsEnded.All, EndReason.ReportedNotMe, EndsApiTokens: true, DevicesAfter.Forgotten, NoLinks, SecurityEventKind.ReportedNotMe, NoticeMail.None);

    /// <summary>A change of address was undone from the old mailbox. Otherwise the same as <see cref="NotMe"/>.</summary>
    public static readonly CredentialChange EmailChangeUndone = NotMe with { Name = "change of address undone", Event = SecurityEventKind.EmailChangeUndone };

    /// <summary>The account's address was changed. The caller mails the old address the link to undo it.</summary>
    public static readonly CredentialChange EmailChanged = new(
        "address changed", SessionsEnded.Others, EndReason.EmailChanged, EndsApiTokens: false, DevicesAfter.Untrusted, OfMailbox, SecurityEventKind.EmailChanged, NoticeMail.None);

    /// <summary>An authenticator app was added.</summary>
    public static readonly CredentialChange TotpOn = OfFactor(
        "totp on", Marked("An authenticator app was added"), Marked("Signing in to your account now asks for a code from the authenticator app that was just added. Every other session has ended."));

    /// <summary>The authenticator app was removed.</summary>
    public static readonly CredentialChange TotpOff = OfFactor(
        "totp off", Marked("The authenticator app was removed"), Marked("Codes from the authenticator app no longer work for your account. Every other session has ended."));

    /// <summary>Mailed codes were turned on.</summary>
    public static readonly CredentialChange EmailOn = OfFactor(
        "email on", Marked("Codes by email were turned on"), Marked("Signing in to your account can now be finished with a code that we send to this address. Every other session has ended."));

    /// <summary>Mailed codes were turned off.</summary>
    public static readonly CredentialChange EmailOff = OfFactor(
        "email off", Marked("Codes by email were turned off"), Marked("Codes that we send to this address no longer work for your account. Every other session has ended."));

    /// <summary>Ten new recovery codes were created.</summary>
    public static readonly CredentialChange RecoveryCodesRenewed = OfFactor(
        "recovery codes renewed", Marked("New recovery codes were made"), Marked("Your account has ten new recovery codes. The old ones no longer work. Every other session has ended."));

    /// <summary>A passkey was added; the mail contains its name.</summary>
    public static readonly CredentialChange PasskeyAdded = OfPasskey("added", Marked("A passkey was added"), Marked("The passkey “{0}” was added to your account. It signs in without your password. Every other session has ended."));

    /// <summary>A passkey was removed.</summary>
    public static readonly CredentialChange PasskeyRemoved = OfPasskey("removed", Marked("A passkey was removed"), Marked("The passkey “{0}” was removed from your account. It no longer works. Every other session has ended."));

    /// <summary>An account at an outside provider was linked; the mail contains which one.</summary>
    public static readonly CredentialChange ExternalLoginLinked = OfExternalLogin("linked", Marked("A way to sign in was connected"), Marked("You can now sign in to your account with {0}. Every other session has ended."));

    /// <summary>An account at an outside provider was unlinked.</summary>
    public static readonly CredentialChange ExternalLoginUnlinked = OfExternalLogin("unlinked", Marked("A way to sign in was disconnected"), Marked("You can no longer sign in to your account with {0}. Every other session has ended."));

    /// <summary>An administrator removed all second factors and passkeys.</summary>
    public static readonly CredentialChange FactorsReset = new(
        "factors reset by an administrator", SessionsEnded.All, EndReason.FactorsReset, EndsApiTokens: false, DevicesAfter.Untrusted, OfSessions, SecurityEventKind.FactorsReset, NoticeMail.AdministeredWithWayBack)
    {
        Subject = Marked("Your second factors were reset"),
        What = Marked("Your authenticator app, codes by mail, recovery codes and passkeys were taken from your account, and everything is signed out. Your password opens it alone now. Sign in and set up a second factor again."),
    };

    /// <summary>An administrator locked the account. API tokens are refused while it is locked.</summary>
    public static readonly CredentialChange AccountClosed = new(
        "account locked by an administrator", SessionsEnded.All, EndReason.AccountClosed, EndsApiTokens: false, DevicesAfter.Kept, OfSessions, SecurityEventKind.AccountClosed, NoticeMail.Administered)
    {
        Subject = Marked("Your account was locked"),
        What = Marked("Your account is locked. Everything is signed out, and no one can sign in."),
    };

    /// <summary>An administrator ended every session.</summary>
    public static readonly CredentialChange SessionsEndedByAdministrator = new(
        "sessions ended by an administrator", SessionsEnded.All, EndReason.EndedByAdministrator, EndsApiTokens: false, DevicesAfter.Kept, OfSessions, SecurityEventKind.SignedOutEverywhere, NoticeMail.None);

    /// <summary>The owner signed out everywhere.</summary>
    public static readonly CredentialChange SignedOutEverywhere = SessionsEndedByAdministrator with { Name = "signed out everywhere", Reason = EndReason.SignedOutEverywhere };

    /// <summary>The owner requested the deletion of the account; the mail says when it is erased.</summary>
    public static readonly CredentialChange DeletionRequested = new(
        "deletion requested", SessionsEnded.All, EndReason.DeletionRequested, EndsApiTokens: true, DevicesAfter.Forgotten, OfSessions, SecurityEventKind.DeletionRequested, NoticeMail.Changed)
    {
        Subject = Marked("Your account will be deleted"),
        What = Marked("Your account is closed and everything is signed out. On {0} it will be erased with all that belongs to it. Until then, signing in brings it back."),
    };

    /// <summary>An administrator deleted the account; the mail says when it is erased.</summary>
    public static readonly CredentialChange DeletedByAdministrator = new(
        "account deleted by an administrator", SessionsEnded.All, EndReason.DeletionRequested, EndsApiTokens: true, DevicesAfter.Forgotten, OfMailbox, SecurityEventKind.DeletionRequested, NoticeMail.Administered)
    {
        Subject = Marked("Your account will be deleted"),
        What = Marked("Your account is closed and everything is signed out. It will be erased on {0}, with everything that belongs to it."),
    };

    /// <summary>A role was removed. API tokens are checked against the current roles on every call.</summary>
    public static readonly CredentialChange RolesTaken = new(
        "role taken away", SessionsEnded.All, EndReason.RolesChanged, EndsApiTokens: false, DevicesAfter.Kept, OfSessions, SecurityEventKind.RolesChanged, NoticeMail.None);

    /// <summary>Every row.</summary>
    public static IReadOnlyList<CredentialChange> All { get; } =
    [
        PasswordChanged, PasswordReset, NotMe, EmailChangeUndone, EmailChanged, TotpOn, TotpOff, EmailOn, EmailOff, RecoveryCodesRenewed, PasskeyAdded, PasskeyRemoved,
        ExternalLoginLinked, ExternalLoginUnlinked, FactorsReset, AccountClosed, SessionsEndedByAdministrator, SignedOutEverywhere, DeletionRequested, DeletedByAdministrator, RolesTaken,
    ];

    /// <summary>An additional text for the audit trail; null if the event is sufficient, or the caller gives it.</summary>
    public string? Detail { get; init; }

    /// <summary>The mail's subject, in English.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The text of the mail, in English; <c>{0}</c> is replaced by the subject of the change, if the caller gives it.</summary>
    public string What { get; init; } = "";

    private static CredentialChange OfFactor(string name, string subject, string what) => new(
        name, SessionsEnded.Others, EndReason.FactorChanged, EndsApiTokens: false, DevicesAfter.Untrusted, NoLinks, SecurityEventKind.FactorChanged, NoticeMail.Changed)
    {
        Detail = name,
        Subject = subject,
        What = what,
    };

    private static CredentialChange OfExternalLogin(string change, string subject, string what) => new(
        $"external login {change}", SessionsEnded.Others, EndReason.FactorChanged, EndsApiTokens: false, DevicesAfter.Untrusted, NoLinks, SecurityEventKind.ExternalLoginChanged, NoticeMail.Changed)
    {
        Detail = change,
        Subject = subject,
        What = what,
    };

    private static CredentialChange OfPasskey(string change, string subject, string what) => new(
        $"passkey {change}", SessionsEnded.Others, EndReason.FactorChanged, EndsApiTokens: false, DevicesAfter.Untrusted, NoLinks, SecurityEventKind.PasskeyChanged, NoticeMail.Changed)
    {
        Detail = change,
        Subject = subject,
        What = what,
    };
}
