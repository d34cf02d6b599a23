using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that a session is used by another client, or elsewhere, than it was.</summary>
public static class SessionMovedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "session-moved";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">The use that differed.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"A session of your account at {app.Name} was used elsewhere",
        new MailBlock.Paragraph("A session of your account was used by another browser, or in another place, than the one you signed in with. Its key may have been copied."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If you know the device and the address, there is nothing to do."),
        new MailBlock.Paragraph("If not, use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
