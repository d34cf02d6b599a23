namespace WebApp.Platform.Mail;

/// <summary>Where a message of the outbox is.</summary>
public enum OutboxState
{
    /// <summary>Not sent yet.</summary>
    Waiting,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Dropped unsent: its code or link has expired.</summary>
    Expired,

    /// <summary>Taken by a server.</summary>
    Sent,
}
