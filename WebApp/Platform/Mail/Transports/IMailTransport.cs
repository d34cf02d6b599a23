namespace WebApp.Platform.Mail.Transports;

/// <summary>Sends mail to its destination.</summary>
public interface IMailTransport
{
    /// <summary>True if the outbox itself is the mailbox, so that the body of a sent mail is not erased.</summary>
    bool KeepsMail { get; }

    /// <summary>Creates a connection, which opens at its first mail. <see cref="MailConnections"/> pools connections.</summary>
    IMailConnection NewConnection();
}

/// <summary>One connection to the mail's destination. It sends one mail at a time.</summary>
public interface IMailConnection : IDisposable
{
    /// <summary>Whether it can send another mail.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// Sends one mail within <see cref="MailHeaders.Timeout"/>. Failures of servers and networks are results;
    /// only the caller's cancellation throws.
    /// </summary>
    Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel);
}

/// <summary>The result of sending one message.</summary>
public abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>The server accepted it.</summary>
    public sealed record Accepted : DeliveryResult;

    /// <summary>It was not accepted.</summary>
    /// <param name="Reason">Why, in the server's own text if it sent one. May quote addresses.</param>
    public abstract record Failure(string Reason) : DeliveryResult;

    /// <summary>A temporary failure: it is retried.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Disconnected">Whether the connection was lost: an idle one may have been closed long before.</param>
    public sealed record Deferred(string Reason, bool Disconnected = false) : Failure(Reason);

    /// <summary>A permanent failure: the server rejects the recipient or the message.</summary>
    public sealed record Refused(string Reason) : Failure(Reason);
}
