using System.Globalization;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells administrators what the rules of suspicion found since the last such mail.</summary>
public static class AlertDigestMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "alert-digest";

    /// <summary>More alerts than this are only counted.</summary>
    public const int MostLines = 50;

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="alerts">When and what, oldest first, at most <see cref="MostLines"/>.</param>
    /// <param name="count">How many there were in all.</param>
    public static MailContent Compose(AppOptions app, IReadOnlyList<(DateTimeOffset At, string Text)> alerts, int count) => MailLayout.Compose(
        app,
        count == 1 ? $"Alert at {app.Name}" : $"{count} alerts at {app.Name}",
        new MailBlock.Paragraph(count == 1 ? "This looked suspicious:" : $"These {count} things looked suspicious:"),
        new MailBlock.Facts([.. alerts.Select(alert => (alert.At.ToUniversalTime().ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture), alert.Text))]),
        new MailBlock.Paragraph(count > alerts.Count
            ? $"{count - alerts.Count} more are in the audit trail."
            : "The audit trail has the details."));
}
