using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Lets the owner of an account replace a forgotten password.</summary>
public static class ResetPasswordMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "reset-password";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The digits that do in its place.</param>
    /// <param name="minutes">How long both work.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int minutes) => MailLayout.Compose(
        app,
        $"Reset your password for {app.Name}",
        new MailBlock.Paragraph($"Someone, we hope you, asked to replace the password of your account at {app.Name}."),
        new MailBlock.Action("Choose a new password", app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("Where an application asks for a code instead, type this one."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Minutes(minutes)}. A new password ends every session you have open."),
        new MailBlock.Paragraph("If it was not you, ignore this mail: your password stays as it is. Give the code to nobody; we never ask for it."));
}
