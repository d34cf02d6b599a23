using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that a spent refresh token came back, so its session was ended.</summary>
public static class SessionReusedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "session-reused";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="session">What the ended session is called on the account page.</param>
    /// <param name="occasion">The request that showed the old token.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, string session, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"We ended a session of your account at {app.Name}",
        new MailBlock.Paragraph(
            $"A key of the session “{Occasion.OneLine(session)}” was used that had already been exchanged for a newer one. It may have been copied, so we ended the session."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("Sign in again on that device. If you do not know the device or the address, or if this happens again, use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
