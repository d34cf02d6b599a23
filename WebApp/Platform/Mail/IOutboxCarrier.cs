using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail;

/// <summary>Takes the messages of one channel from the outbox to where they go.</summary>
public interface IOutboxCarrier
{
    /// <summary>Which messages.</summary>
    OutboxChannel Channel { get; }

    /// <summary>True where the outbox itself is the destination, so that what was sent is not erased.</summary>
    bool KeepsBody { get; }

    /// <summary>Opens an encrypted body and hands it over. What the other side does is a result; only the caller's own cancellation throws.</summary>
    Task<DeliveryResult> SendAsync(Guid id, byte[] body, CancellationToken cancel);
}
