namespace WebApp.Platform.Mail;

/// <summary>A mail or webhook to send, written in the same transaction as what it tells.</summary>
public sealed class OutboxMessage
{
    /// <summary>What stands for the domain where <see cref="RecipientDomain"/> is null.</summary>
    public const long UnknownDomain = 0;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>By what it leaves.</summary>
    public OutboxChannel Channel { get; init; }

    /// <summary>Which template it came from, for operators.</summary>
    public required string Kind { get; init; }

    /// <summary>What is sent, and to whom where that is not configured, encrypted; null once sent by a transport that keeps nothing.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Which messages are sent first.</summary>
    public MailPriority Priority { get; init; } = MailPriority.Notice;

    /// <summary>The recipient's domain as a keyed hash, to tell domains apart; null for webhooks and for what an older version wrote.</summary>
    public long? RecipientDomain { get; init; }

    /// <summary>When it was written (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often sending was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>Not to be tried before (UTC).</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When a server took it, or when it was dropped as a decoy (UTC).</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was given up or, expired, dropped (UTC).</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>When its code or link stops working, so that it is not sent any more (UTC); null where nothing in it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Whether it was dropped because of that.</summary>
    public bool Expired { get; set; }

    /// <summary>The last refusal, without addresses; at most 400 characters.</summary>
    public string? LastError { get; set; }
}
