using WebApp.Hosting;

namespace WebApp.Mail.Messages;

/// <summary>Asks the owner of a new account's address to confirm it.</summary>
public static class ConfirmEmailMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "confirm-email";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The digits that do in its place.</param>
    /// <param name="hours">How long both work.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours) => MailLayout.Compose(
        app,
        $"Confirm your address for {app.Name}",
        new MailBlock.Paragraph($"Someone, we hope you, made an account at {app.Name} with this address. Confirm that it is yours to begin."),
        new MailBlock.Action("Confirm your address", app.Link($"/confirm-email?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("If you cannot open the link, type your address and this code on the confirmation page."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}."),
        new MailBlock.Paragraph("If it was not you, ignore this mail: without your confirmation the account cannot be used."));
}
