using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that, after a hundred wrong passwords in a row, the password alone opens it no more from where it is not known.</summary>
public static class PasswordSuspendedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "password-suspended";

    /// <summary>Writes it.</summary>
    public static MailContent Compose(AppOptions app, Occasion occasion) => MailLayout.Compose(
        app,
        $"Your password no longer opens your account everywhere ({app.Name})",
        new MailBlock.Paragraph($"A hundred wrong passwords in a row were tried for your account at {app.Name}. Nobody got in. From now on your password is not accepted where you have not signed in before."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("You still get in from a browser in which you have signed in before, with a passkey, or by choosing a new password, after which everything is as it was."),
        new MailBlock.Action("Reset your password", app.Link("/forgot-password")));
}
