using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>The one look of every mail.</summary>
/// <remarks>No mail greets by name: whoever registers chooses the name, and could choose an advertisement sent to a stranger's address.</remarks>
public static class MailLayout
{
    /// <summary>Lays the blocks out, twice, and signs them with the product's name and address.</summary>
    public static MailContent Compose(AppOptions app, string subject, params MailBlock[] blocks) =>
        new(subject, TextLayout.Render(app, subject, blocks), HtmlLayout.Render(app, subject, blocks));
}
