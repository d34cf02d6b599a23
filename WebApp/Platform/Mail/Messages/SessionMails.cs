using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Sends the code that completes a sign-in or confirms a sensitive change.</summary>
public static class SignInCodeMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "sign-in-code";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="code">The code. It is not in the subject, which a locked phone shows.</param>
    /// <param name="minutes">The lifetime of the code.</param>
    /// <param name="occasion">When and where the code was requested.</param>
    public static MailContent Compose(AppOptions app, string code, int minutes, Occasion occasion) => MailLayout.Compose(
        app,
        T("Your sign-in code for {0}", app.Name),
        new MailBlock.Paragraph(T("Type this code on the page of {0} that asked for it.", app.Name)),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("It works once, for {0}, and only on that page. A newer code replaces it.", Durations.Minutes(minutes))),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If this was not you, someone knows your password: choose a new one. Never share the code; we never ask for it.")),
        new MailBlock.Action(T("Choose a new password"), app.Link("/forgot-password")));
}

/// <summary>Notifies the owner of an account of a sign-in on a new device.</summary>
public static class NewDeviceMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "new-device";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">The sign-in.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        T("New sign-in to your account at {0}", app.Name),
        new MailBlock.Paragraph(T("Your account was signed in to on a device or in a place that it had not been seen on before.")),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If this was you, you can ignore this email.")),
        new MailBlock.Paragraph(T("If this was not you, someone can sign in as you. Use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}

/// <summary>Notifies the owner of an account that a session's client or network changed.</summary>
public static class SessionMovedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "session-moved";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">The use that differed.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        T("A session of your account at {0} was used elsewhere", app.Name),
        new MailBlock.Paragraph(T("A session of your account was used by another browser, or in another place, than the one you signed in with. Its key may have been copied.")),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If you know the device and the address, there is nothing to do.")),
        new MailBlock.Paragraph(T("If not, use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}

/// <summary>Notifies the owner of an account that a used refresh token was replayed, so that its session was ended.</summary>
public static class SessionReusedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "session-reused";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="session">The ended session's name on the account page.</param>
    /// <param name="occasion">The request with the old token.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, string session, Occasion occasion, string token) => MailLayout.Compose(
        app,
        T("We ended a session of your account at {0}", app.Name),
        new MailBlock.Paragraph(
            T("A key of the session “{0}” was used that had already been exchanged for a newer one. It may have been copied, so we ended the session.", Occasion.OneLine(session))),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("Sign in again on that device. If you do not know the device or the address, or if this happens again, use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
