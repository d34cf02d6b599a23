using System.Globalization;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Notifies administrators of the alerts since the last such mail.</summary>
public static class AlertDigestMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "alert-digest";

    /// <summary>The maximum number of alerts listed; any more are only counted.</summary>
    public const int MostLines = 50;

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="alerts">Time and text of each, oldest first, at most <see cref="MostLines"/>.</param>
    /// <param name="count">The total number of alerts.</param>
    public static MailContent Compose(AppOptions app, IReadOnlyList<(DateTimeOffset At, string Text)> alerts, int count) => MailLayout.Compose(
        app,
        count == 1 ? $"Alert at {app.Name}" : $"{count} alerts at {app.Name}",
        new MailBlock.Paragraph(count == 1 ? "This looked suspicious:" : $"These {count} things looked suspicious:"),
        new MailBlock.Facts([.. alerts.Select(alert => (alert.At.ToUniversalTime().ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture), alert.Text))]),
        new MailBlock.Paragraph(count > alerts.Count
            ? $"{count - alerts.Count} more are in the audit trail."
            : "The audit trail has the details."));
}
