namespace WebApp.Platform.Mail.Development;

/// <summary>One mail at <c>/dev/mailbox</c>.</summary>
/// <param name="Id">The outbox message's id.</param>
/// <param name="To">The recipient.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain alternative.</param>
/// <param name="Html">The HTML alternative, a whole document.</param>
/// <param name="SentAt">When it arrived here (UTC); null while a mail server is still to take it.</param>
public sealed record MailboxEntry(Guid Id, string To, string Subject, string Text, string Html, DateTimeOffset? SentAt)
{
    /// <summary>Refuses to print.</summary>
    public override string ToString() => $"MailboxEntry({Id})";
}
