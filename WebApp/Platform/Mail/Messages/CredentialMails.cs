using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Notifies the owner of an account that a credential or factor changed, with a link to recover the account.</summary>
public static class CredentialChangedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "credential-changed";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened, in a sentence.</param>
    /// <param name="occasion">When and where.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, string subject, string what, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"{subject} ({app.Name})",
        new MailBlock.Paragraph(what),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If this was you, you can ignore this email.")),
        new MailBlock.Paragraph(T("If this was not you, use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}

/// <summary>Notifies the owner of an account that its password was reset.</summary>
public static class PasswordChangedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "password-changed";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">When and where.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        T("Your password for {0} was reset", app.Name),
        new MailBlock.Paragraph(T("The password of your account at {0} was replaced, and every session was ended.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If this was you, you can ignore this email.")),
        new MailBlock.Paragraph(T("If this was not you, someone can read your email. Secure your mailbox first, then secure your account.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}

/// <summary>Lets the owner of an account replace a forgotten password.</summary>
public static class ResetPasswordMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "reset-password";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="minutes">The lifetime of both.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int minutes) => MailLayout.Compose(
        app,
        T("Reset your password for {0}", app.Name),
        new MailBlock.Paragraph(T("You asked to reset the password of your account at {0}.", app.Name)),
        new MailBlock.Action(T("Choose a new password"), app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("Where an application asks for a code instead, type this one.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0}. A new password ends every session you have open.", Durations.Minutes(minutes))),
        new MailBlock.Paragraph(T("If this was not you, ignore this email: your password is unchanged. Never share the code; we never ask for it.")));
}

/// <summary>Notifies a user of an administrator's change to their account.</summary>
public static class AccountAdministeredMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "account-administered";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened and what it means, in a sentence or two.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">The administrator's reason; null if none is asked for.</param>
    /// <param name="token">The secret of the “this wasn't me” link; null if the change cannot be undone by it.</param>
    public static MailContent Compose(AppOptions app, string subject, string what, DateTimeOffset at, string? reason = null, string? token = null) => MailLayout.Compose(
        app,
        $"{subject} ({app.Name})",
        [
            new MailBlock.Paragraph(what),
            new MailBlock.Facts(
            [
                (T("When"), MailTime.Of(at)),
                (T("By"), T("An administrator of {0}", app.Name)),
                .. reason is null ? Array.Empty<(string, string)>() : [(T("Reason given"), reason)],
            ]),
            .. token is null
                ? new MailBlock[] { new MailBlock.Paragraph(T("If you did not expect this, ask the administrators of {0}.", app.Name)) }
                :
                [
                    new MailBlock.Paragraph(T("If you did not ask for this, use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
                    NotMeLink.Action(app, token),
                    NotMeLink.Terms,
                ],
        ]);
}
