using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that somebody signed in on a device it has not been seen on.</summary>
public static class NewDeviceMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "new-device";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">The sign-in.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"New sign-in to your account at {app.Name}",
        new MailBlock.Paragraph("Your account was signed in to on a device or in a place that it had not been seen on before."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was you, there is nothing to do."),
        new MailBlock.Paragraph("If it was not you, somebody can sign in as you. Use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
