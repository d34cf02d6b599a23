using WebApp.Platform.Mail.Transports;

namespace WebApp.Platform.Mail;

/// <summary>Hands mails to the transport, over connections that are kept from mail to mail.</summary>
public sealed class MailCarrier(MailConnections connections, OutboxCipher cipher) : IOutboxCarrier
{
    /// <inheritdoc/>
    public OutboxChannel Channel => OutboxChannel.Mail;

    /// <inheritdoc/>
    public bool KeepsBody => connections.KeepsMail;

    /// <inheritdoc/>
    public async Task<DeliveryResult> SendAsync(Guid id, byte[] body, CancellationToken cancel) => cipher.Open(id, body) is { } mail
        ? await connections.SendAsync(mail, cancel)
        // Not given up at once: the key ring may be on its way back from a backup.
        : new DeliveryResult.Deferred("The body cannot be decrypted.");
}
