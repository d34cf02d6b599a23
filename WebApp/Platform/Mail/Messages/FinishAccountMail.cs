using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>
/// Goes to the address of an account that was made for its owner, by an import or a proxy, when somebody registers it: the owner chooses the
/// password by this mail, and not by the registration.
/// </summary>
public static class FinishAccountMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "finish-account";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The secret of the reset link.</param>
    /// <param name="code">The digits that do in its place.</param>
    /// <param name="hours">How long both work.</param>
    /// <param name="occasion">When and where the registration was made.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours, Occasion occasion) => MailLayout.Compose(
        app,
        $"An account is ready for you at {app.Name}",
        new MailBlock.Paragraph($"Someone, perhaps you, registered at {app.Name} with this address. An account is there for it already, so nothing was changed."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("Choose a password, and the account is yours to use. The password that was typed at the registration does not count."),
        new MailBlock.Action("Choose a password", app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("Where an application asks for a code instead, type this one."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}."),
        new MailBlock.Paragraph("If it was not you, ignore this mail. Give the code to nobody; we never ask for it."));
}
