using System.Globalization;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells somebody what an administrator did to their account.</summary>
public static class AccountAdministeredMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "account-administered";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened and what it means, in a sentence or two.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">What the administrator gave as the reason; null where none is asked for.</param>
    /// <param name="token">The secret of the “this wasn't me” link; null where there is nothing to take back.</param>
    public static MailContent Compose(AppOptions app, string subject, string what, DateTimeOffset at, string? reason = null, string? token = null) => MailLayout.Compose(
        app,
        $"{subject} ({app.Name})",
        [
            new MailBlock.Paragraph(what),
            new MailBlock.Facts(
            [
                ("When", at.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)),
                ("By", $"An administrator of {app.Name}"),
                .. reason is null ? Array.Empty<(string, string)>() : [("Reason given", reason)],
            ]),
            .. token is null
                ? new MailBlock[] { new MailBlock.Paragraph($"If you did not expect this, ask whoever runs {app.Name}.") }
                :
                [
                    new MailBlock.Paragraph("If you did not ask for this, use this link. It needs no sign-in, ends every session and lets nobody in until you have chosen a new password."),
                    NotMeLink.Action(app, token),
                    NotMeLink.Terms,
                ],
        ]);
}
