using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Brings the code that completes a sign-in or confirms a sensitive change.</summary>
public static class SignInCodeMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "sign-in-code";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="code">The digits. Not in the subject: a locked phone shows that.</param>
    /// <param name="minutes">How long they work.</param>
    /// <param name="occasion">Where they were asked for.</param>
    public static MailContent Compose(AppOptions app, string code, int minutes, Occasion occasion) => MailLayout.Compose(
        app,
        $"Your sign-in code for {app.Name}",
        new MailBlock.Paragraph($"Type this code on the page of {app.Name} that asked for it."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"It works once, for {Duration.Minutes(minutes)}, and only on that page. A newer code replaces it."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("If it was not you, someone knows your password: choose a new one. Give the code to nobody; we never ask for it."),
        new MailBlock.Action("Choose a new password", app.Link("/forgot-password")));
}
