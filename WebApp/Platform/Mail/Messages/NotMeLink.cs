using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>The “this was not me” link, the same in every mail that has one.</summary>
internal static class NotMeLink
{
    /// <summary>How long it works and how often.</summary>
    public static readonly MailBlock Terms = new MailBlock.Paragraph("The link works once, for 7 days.");

    /// <summary>The link.</summary>
    public static MailBlock Action(AppOptions app, string token) =>
        new MailBlock.Action("This was not me", app.Link($"/not-me?token={Uri.EscapeDataString(token)}"));
}
