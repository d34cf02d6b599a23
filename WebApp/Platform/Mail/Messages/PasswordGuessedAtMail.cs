using System.Globalization;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells the owner of an account that many places try passwords on it.</summary>
public static class PasswordGuessedAtMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "password-guessed-at";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="addresses">From how many addresses.</param>
    /// <param name="at">When that many were reached.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, int addresses, DateTimeOffset at, string token) => MailLayout.Compose(
        app,
        $"Somebody is trying passwords on your account at {app.Name}",
        new MailBlock.Paragraph("Wrong passwords for your account came from many addresses within a short time. Guessing is held back, and none of these attempts got in."),
        new MailBlock.Facts(
            ("When", at.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("Addresses", $"{addresses} or more")),
        new MailBlock.Paragraph("With a password that you use nowhere else, and a second step to sign in, there is nothing to do."),
        new MailBlock.Paragraph("If you use the same password elsewhere, or your account does what you did not do, use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}
