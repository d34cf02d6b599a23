using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>Sends a claimed message and records the result.</summary>
public sealed class OutboxDelivery(IOutboxCarrier carrier, IOptions<EmailOptions> options, TimeProvider time, ILogger<OutboxDelivery> logger)
{
    /// <summary>Tries to send the message and saves the result. The caller disposes the claim.</summary>
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
            return await carrier.SendAsync(message, message.Body, cancel);
        }
        catch (Exception broken) when (broken is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // An exception caused by one mail must not stop the others.
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
                Metrics.OutboxMessage(carrier.Channel.Name, Metrics.Sent);
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

                // A message refused early can be retried by an administrator once the cause is fixed, until GiveUpHours have passed.
                message.Body = now - message.CreatedAt < TimeSpan.FromHours(options.Value.GiveUpHours) ? message.Body : null;
                Metrics.OutboxMessage(carrier.Channel.Name, Metrics.GivenUp);
                logger.MailFailed(message.Id, message.Kind, message.Attempts, message.LastError);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // Not later than its expiry, when the queue marks it as expired.
    private static DateTimeOffset NextAttempt(OutboxMessage message, DateTimeOffset now)
    {
        var next = now + BackOff.After(message.Attempts, Random.Shared.NextDouble(), message.ExpiresAt - message.CreatedAt);
        return next > message.ExpiresAt ? message.ExpiresAt.Value : next;
    }
}

/// <summary>Removes personal data from failure messages for the database and the log.</summary>
public static partial class FailureText
{
    private const int MaxLength = 400;

    /// <summary>One line of at most 400 characters without addresses, which servers often quote.</summary>
    public static string Clean(string reason)
    {
        // Shortened before the expression runs, because the text is not trusted.
        var line = string.Concat(reason.Take(4 * MaxLength).Select(c => OneLine.Breaks(c) ? ' ' : c));
        line = Address().Replace(line, "(address)").Trim();
        return line.Length <= MaxLength ? line : line[..MaxLength];
    }

    [GeneratedRegex("""[^\s<>"'(),;:]+@[^\s<>"'(),;:]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

/// <summary>Sends the messages of one channel to their destination.</summary>
public interface IOutboxCarrier
{
    /// <summary>The channel.</summary>
    OutboxChannel Channel { get; }

    /// <summary>True if the outbox itself is the destination, so that sent bodies are not erased.</summary>
    bool KeepsBody { get; }

    /// <summary>Decrypts a body and sends it. Failures of the destination are results; only the caller's cancellation throws.</summary>
    Task<DeliveryResult> SendAsync(OutboxMessage message, byte[] body, CancellationToken cancel);
}

/// <summary>Sends mails over pooled connections of the transport.</summary>
public sealed class MailCarrier(MailConnections connections, OutboxCipher cipher) : IOutboxCarrier
{
    /// <inheritdoc/>
    public OutboxChannel Channel => OutboxChannel.Mail;

    /// <inheritdoc/>
    public bool KeepsBody => connections.KeepsMail;

    /// <inheritdoc/>
    public async Task<DeliveryResult> SendAsync(OutboxMessage message, byte[] body, CancellationToken cancel) => cipher.Open(message.Id, body) is { } mail
        ? await connections.SendAsync(mail, cancel)
        // Deferred and not refused: the key ring may be restored from a backup later.
        : new DeliveryResult.Deferred("The body cannot be decrypted.");
}
