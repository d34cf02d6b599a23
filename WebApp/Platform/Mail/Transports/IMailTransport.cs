namespace WebApp.Platform.Mail.Transports;

/// <summary>A way for mail to leave.</summary>
public interface IMailTransport
{
    /// <summary>True where the outbox itself is the mailbox, so a sent mail's body is not erased.</summary>
    bool KeepsMail { get; }

    /// <summary>A connection, which opens itself for its first mail. <see cref="MailConnections"/> keeps connections between mails.</summary>
    IMailConnection NewConnection();
}

/// <summary>One connection to where mail is taken. It carries one mail at a time.</summary>
public interface IMailConnection : IDisposable
{
    /// <summary>Whether it can carry another mail.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// Hands one mail over within <see cref="MailHeaders.Timeout"/>. What servers and networks do is a result;
    /// only the caller's own cancellation throws.
    /// </summary>
    Task<DeliveryResult> SendAsync(OutgoingMail mail, CancellationToken cancel);
}

/// <summary>What became of handing one mail over.</summary>
public abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>It is somebody else's now.</summary>
    public sealed record Accepted : DeliveryResult;

    /// <summary>It was not taken.</summary>
    /// <param name="Reason">Why, in the server's words where it gave any. May quote addresses.</param>
    public abstract record Failure(string Reason) : DeliveryResult;

    /// <summary>Not now: trying again may help.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Disconnected">Whether the server ended the connection: a kept one may have been closed long before.</param>
    public sealed record Deferred(string Reason, bool Disconnected = false) : Failure(Reason);

    /// <summary>Never: the server knows the recipient or the mail to be unacceptable.</summary>
    public sealed record Refused(string Reason) : Failure(Reason);
}
