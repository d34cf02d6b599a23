using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Asks at a new address whether the account may move to it.</summary>
public static class ChangeEmailMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "change-email";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The digits that do in its place.</param>
    /// <param name="hours">How long both work.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours) => MailLayout.Compose(
        app,
        $"Confirm your new address for {app.Name}",
        new MailBlock.Paragraph($"Someone, we hope you, wants to use this address for their account at {app.Name}. Confirm that it is yours."),
        new MailBlock.Action("Use this address", app.Link($"/confirm-email-change?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("If you cannot open the link, type this code in your account, under E-mail address."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}."),
        new MailBlock.Paragraph("If it was not you, ignore this mail: nothing changes without your confirmation. Give the code to nobody."));
}
