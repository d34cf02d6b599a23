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
        count == 1 ? T("Alert at {0}", app.Name) : T("{0} alerts at {1}", count, app.Name),
        new MailBlock.Paragraph(Plural(count, "This looked suspicious:", "These {0} things looked suspicious:")),
        new MailBlock.Facts([.. alerts.Select(alert => (MailTime.WithoutYear(alert.At), alert.Text))]),
        new MailBlock.Paragraph(count > alerts.Count
            ? T("{0} more are in the audit trail.", count - alerts.Count)
            : T("The audit trail has the details.")));
}
