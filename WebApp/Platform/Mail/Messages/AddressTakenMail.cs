using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that someone tried to make another with its address. The page that was used says nothing of it.</summary>
public static class AddressTakenMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "address-taken";

    /// <summary>Writes it.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        $"You already have an account at {app.Name}",
        new MailBlock.Paragraph($"Someone, perhaps you, tried to make an account at {app.Name} with this address. It has one already, so nothing was changed."),
        new MailBlock.Action("Sign in", app.Link("/login")),
        new MailBlock.Paragraph("If you no longer know your password, you can choose a new one."),
        new MailBlock.Action("Reset your password", app.Link("/forgot-password")),
        new MailBlock.Paragraph("If it was not you, there is nothing to do: nobody has got in."));
}
