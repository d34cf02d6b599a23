using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that someone tried to move theirs to the same address. The page that was used says nothing of it.</summary>
public static class AddressWantedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "address-wanted";

    /// <summary>Writes it.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        $"This address has an account at {app.Name} already",
        new MailBlock.Paragraph($"Someone, perhaps you, wanted to use this address for another account at {app.Name}. It has one already, so nothing was changed."),
        new MailBlock.Paragraph("If it was you, sign in with this address, or give the account that has it another one first."),
        new MailBlock.Action("Sign in", app.Link("/login")),
        new MailBlock.Paragraph("If it was not you, there is nothing to do: nobody has got in."));
}
