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
        T("Test email from {0}", app.Name),
        new MailBlock.Paragraph(T("This is a test. Emails from {0} look like this.", app.Name)),
        new MailBlock.Action(T("Open settings"), app.Link("/admin/settings")),
        new MailBlock.Paragraph(T("You get it because you asked for it on the settings page.")));
}
