using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that a credential or factor changed, and gives the way back.</summary>
public static class CredentialChangedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "credential-changed";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened, in a sentence.</param>
    /// <param name="occasion">When and where.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, string subject, string what, Occasion occasion, string token) => MailLayout.Compose(
        app,
        $"{subject} ({app.Name})",
        new MailBlock.Paragraph(what),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was you, there is nothing to do."),
        new MailBlock.Paragraph("If it was not you, use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
