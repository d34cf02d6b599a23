using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>A mail that an administrator sends to themselves, to see that mail arrives and how it looks.</summary>
public static class TestMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "test";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        $"Test email from {app.Name}",
        new MailBlock.Paragraph($"This is a test. Emails from {app.Name} look like this."),
        new MailBlock.Action("Open settings", app.Link("/admin/settings")),
        new MailBlock.Paragraph("You get it because you asked for it on the settings page."));
}
