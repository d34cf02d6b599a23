using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Asks the owner of an address to confirm a registration. It says who asked, so that several can be told apart.</summary>
public static class ConfirmEmailMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "confirm-email";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The digits that do in its place.</param>
    /// <param name="hours">How long both work.</param>
    /// <param name="occasion">When and where the registration was made.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours, Occasion occasion) => MailLayout.Compose(
        app,
        $"Confirm your address for {app.Name}",
        new MailBlock.Paragraph($"Someone, we hope you, registered at {app.Name} with this address:"),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was you, confirm it to begin."),
        new MailBlock.Action("Confirm your address", app.Link($"/confirm-email?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("If you cannot open the link, type your address and this code on the confirmation page."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}. In another browser than the one that registered, you are asked for the password."),
        new MailBlock.Paragraph("If it was not you, ignore this mail, or open the link and say so: without your confirmation there is no account."));
}
