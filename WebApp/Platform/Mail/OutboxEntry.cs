namespace WebApp.Platform.Mail;

/// <summary>A message of the outbox as operators see it: neither to whom nor what.</summary>
/// <param name="Id">Which.</param>
/// <param name="Channel">By what it leaves.</param>
/// <param name="Kind">Which template it came from.</param>
/// <param name="CreatedAt">When it was written (UTC).</param>
/// <param name="Attempts">How often sending was tried.</param>
/// <param name="NextAttemptAt">When it is tried next (UTC), while it waits.</param>
/// <param name="SentAt">When a server took it (UTC).</param>
/// <param name="FailedAt">When it was given up or, expired, dropped (UTC).</param>
/// <param name="LastError">The last refusal, without addresses.</param>
/// <param name="CanRetry">Whether it is not sent, its text is still kept and nothing in it has expired.</param>
/// <param name="Priority">Which messages are sent first.</param>
/// <param name="ExpiresAt">When its code or link stops working, so that it is not sent any more (UTC).</param>
/// <param name="Expired">Whether it was dropped because of that.</param>
public sealed record OutboxEntry(
    Guid Id, OutboxChannel Channel, string Kind, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset NextAttemptAt, DateTimeOffset? SentAt, DateTimeOffset? FailedAt, string? LastError, bool CanRetry,
    MailPriority Priority, DateTimeOffset? ExpiresAt, bool Expired)
{
    /// <summary>Where it is.</summary>
    public OutboxState State => SentAt is not null ? OutboxState.Sent : Expired ? OutboxState.Expired : FailedAt is not null ? OutboxState.Failed : OutboxState.Waiting;
}
