using WebApp.Platform.Mail.Messages;

namespace WebApp.Platform.Mail;

/// <summary>Which messages are sent first.</summary>
public enum MailPriority
{
    /// <summary>A sign-in code: a user waits for it at a page.</summary>
    Code,

    /// <summary>Messages that a user requested and waits for: confirmations, resets, invitations.</summary>
    Link,

    /// <summary>Notices of what happened to an account, and webhooks.</summary>
    Notice,

    /// <summary>Summaries.</summary>
    Digest,
}

/// <summary>The properties of all messages of one kind. The table in this file is the only place for priorities and lifetimes.</summary>
/// <param name="Label">The kind's name for administrators.</param>
/// <param name="Priority">Which messages are sent first.</param>
/// <param name="Lifetime">How long its code or link works; null if it does not expire. The features have the same values; a test compares them.</param>
public sealed record MailKind(string Label, MailPriority Priority, TimeSpan? Lifetime = null)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private static readonly Dictionary<string, MailKind> All = new()
    {
        [SignInCodeMail.Kind] = new(Marked("Sign-in code"), MailPriority.Code, TimeSpan.FromMinutes(10)),

        [ResetPasswordMail.Kind] = new(Marked("Password reset"), MailPriority.Link, TimeSpan.FromHours(1)),
        [ConfirmEmailMail.Kind] = new(Marked("Confirmation of an address"), MailPriority.Link, TimeSpan.FromDays(1)),
        [FinishAccountMail.Kind] = new(Marked("Way into an account that waits"), MailPriority.Link, TimeSpan.FromDays(1)),
        [ChangeEmailMail.Kind] = new(Marked("Confirmation of a new address"), MailPriority.Link, TimeSpan.FromDays(1)),
        [GroupInvitationMail.Kind] = new(Marked("Invitation to a group"), MailPriority.Link, Week),
        [AccountInvitationMail.Kind] = new(Marked("Invitation to an account"), MailPriority.Link, Week),
        [TestMail.Kind] = new(Marked("Test email"), MailPriority.Link),
        [AddressTakenMail.Kind] = new(Marked("Account exists already"), MailPriority.Link),
        [AddressWantedMail.Kind] = new(Marked("Address is in use"), MailPriority.Link),

        [AccountAdministeredMail.Kind] = new(Marked("Notice of an administrator's change"), MailPriority.Notice, Week),
        [CredentialChangedMail.Kind] = new(Marked("Notice of a changed credential"), MailPriority.Notice, Week),
        [EmailChangedMail.Kind] = new(Marked("Notice of a changed address"), MailPriority.Notice, Week),
        [NewDeviceMail.Kind] = new(Marked("Notice of a new device"), MailPriority.Notice, Week),
        [PasswordChangedMail.Kind] = new(Marked("Notice of a changed password"), MailPriority.Notice, Week),
        [PasswordGuessedAtMail.Kind] = new(Marked("Notice of guessing"), MailPriority.Notice, Week),
        [SessionMovedMail.Kind] = new(Marked("Notice of a session from elsewhere"), MailPriority.Notice, Week),
        [SessionReusedMail.Kind] = new(Marked("Notice of a replayed token"), MailPriority.Notice, Week),
        [AccountLockedMail.Kind] = new(Marked("Notice of a lock"), MailPriority.Notice),
        [PasswordSuspendedMail.Kind] = new(Marked("Notice of a suspended password"), MailPriority.Notice),
        [GroupHandedOverMail.Kind] = new(Marked("Notice of a group's new owner"), MailPriority.Notice),
        [GroupRemovedMail.Kind] = new(Marked("Notice of a removal from a group"), MailPriority.Notice),

        [AlertDigestMail.Kind] = new(Marked("Summary of alerts"), MailPriority.Digest),
    };

    /// <summary>The kinds that the table lists.</summary>
    public static IReadOnlyCollection<string> Known => All.Keys;

    /// <summary>The entry of a kind. A kind that is not listed, such as an alert for a webhook, is a notice that does not expire.</summary>
    public static MailKind Find(string kind) => All.GetValueOrDefault(kind) ?? new(ToWords(kind), MailPriority.Notice);

    private static string ToWords(string kind) => kind.Length == 0 ? kind : char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' ').Replace('_', ' ');
}
