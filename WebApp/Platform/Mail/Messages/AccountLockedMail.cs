using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that somebody guesses at its password, and that nobody got in.</summary>
public static class AccountLockedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "account-locked";

    /// <summary>Writes it.</summary>
    public static MailContent Compose(AppOptions app, Occasion occasion) => MailLayout.Compose(
        app,
        $"Somebody tried wrong passwords ({app.Name})",
        new MailBlock.Paragraph($"Somebody, perhaps you, tried several wrong passwords for your account at {app.Name}. Nobody got in. For a while no password is accepted there; each further try makes it longer."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("A browser in which you have signed in before is not affected, nor is a passkey. If you no longer know your password, you can choose a new one at any time."),
        new MailBlock.Action("Reset your password", app.Link("/forgot-password")),
        new MailBlock.Paragraph("If it was not you, there is nothing to do. We do not write again for every further try."));
}
