using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the old address of an account that it has a new one, and gives the way back.</summary>
public static class EmailChangedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "email-changed";

    /// <summary>Writes it. The new address is not named: it may be anybody's.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">When and where it was confirmed.</param>
    /// <param name="token">The secret of the link that undoes it.</param>
    /// <param name="days">How long that works.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token, int days) => MailLayout.Compose(
        app,
        $"Your address for {app.Name} was changed",
        new MailBlock.Paragraph($"Your account at {app.Name} has a new e-mail address. You sign in with that one from now on, and mail goes there."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was you, there is nothing to do."),
        new MailBlock.Paragraph(
            "If it was not you, use this link. It needs no sign-in, brings the account back to this address, ends every session and lets nobody in until you have chosen a new password."),
        new MailBlock.Action("Undo the change", app.Link($"/undo-email-change?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph($"The link works once, for {days} days."));
}
