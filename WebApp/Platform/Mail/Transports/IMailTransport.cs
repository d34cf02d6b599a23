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
