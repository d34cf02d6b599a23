using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>Sends a claimed message and notes what became of it.</summary>
public sealed class OutboxDelivery(IOutboxCarrier carrier, IOptions<EmailOptions> options, TimeProvider time, ILogger<OutboxDelivery> logger)
{
    /// <summary>Tries to send the message and saves the result. The claim is the caller's to dispose.</summary>
    public async Task DeliverAsync(OutboxClaim claim, CancellationToken cancel)
    {
        Record(claim.Message, await TrySendAsync(claim.Message, cancel));
        await claim.SaveAsync();
    }

    private async Task<DeliveryResult> TrySendAsync(OutboxMessage message, CancellationToken cancel)
    {
        if (message.Body is null)
        {
            return new DeliveryResult.Refused("The body is gone.");
        }

        try
        {
            return await carrier.SendAsync(message.Id, message.Body, cancel);
        }
        catch (Exception broken) when (broken is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // Whatever one mail does to a transport, the others still get their turn.
            logger.TransportBroke(broken.GetType().Name);
            return new DeliveryResult.Deferred($"The transport broke with {broken.GetType().Name}.");
        }
    }

    private void Record(OutboxMessage message, DeliveryResult result)
    {
        var now = time.GetUtcNow();
        message.Attempts++;
        switch (result)
        {
            case DeliveryResult.Accepted:
                message.SentAt = now;
                message.LastError = null;
                message.Body = carrier.KeepsBody ? message.Body : null;
                Metrics.OutboxMessage(carrier.Channel.Name, "sent");
                logger.MailSent(message.Id, message.Kind);
                break;
            case DeliveryResult.Deferred { Reason: var reason } when now - message.CreatedAt < TimeSpan.FromHours(options.Value.GiveUpHours):
                message.LastError = FailureText.Clean(reason);
                message.NextAttemptAt = NextAttempt(message, now);
                Metrics.OutboxMessage(carrier.Channel.Name, "deferred");
                logger.MailDeferred(message.Id, message.Kind, message.NextAttemptAt, message.Attempts, message.LastError);
                break;
            case DeliveryResult.Failure { Reason: var reason }:
                message.LastError = FailureText.Clean(reason);
                message.FailedAt = now;

                // Refused early, it can be tried again by hand when the fault is mended, as long as it would have been tried at all.
                message.Body = now - message.CreatedAt < TimeSpan.FromHours(options.Value.GiveUpHours) ? message.Body : null;
                Metrics.OutboxMessage(carrier.Channel.Name, "failed");
                logger.MailFailed(message.Id, message.Kind, message.Attempts, message.LastError);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // At its expiry at the latest, when the queue drops it.
    private static DateTimeOffset NextAttempt(OutboxMessage message, DateTimeOffset now)
    {
        var next = now + BackOff.After(message.Attempts, Random.Shared.NextDouble(), message.ExpiresAt - message.CreatedAt);
        return next > message.ExpiresAt ? message.ExpiresAt.Value : next;
    }
}

/// <summary>What a failure may leave behind in the database and the log.</summary>
public static partial class FailureText
{
    private const int MaxLength = 400;

    /// <summary>One line of at most 400 characters without addresses: servers like to quote them.</summary>
    public static string Clean(string reason)
    {
        // Cut long before the expression runs: the text is a stranger's.
        var line = string.Concat(reason.Take(4 * MaxLength).Select(c => OneLine.Breaks(c) ? ' ' : c));
        line = Address().Replace(line, "(address)").Trim();
        return line.Length <= MaxLength ? line : line[..MaxLength];
    }

    [GeneratedRegex("""[^\s<>"'(),;:]+@[^\s<>"'(),;:]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

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
