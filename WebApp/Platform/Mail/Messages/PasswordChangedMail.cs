using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that its password was reset.</summary>
public static class PasswordChangedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "password-changed";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">When and where.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"Your password for {app.Name} was reset",
        new MailBlock.Paragraph($"The password of your account at {app.Name} was replaced, and every session was ended."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was you, there is nothing to do."),
        new MailBlock.Paragraph("If it was not you, someone can read your mail. Secure your mailbox first, then take your account back."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
