using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Mail.Transports;

namespace WebApp.Mail;

/// <summary>Sends what is due on one channel, one message a transaction.</summary>
/// <remarks>
/// The row stays locked while its mail is on the wire: no other worker can take it, and a process that dies gives it back at once.
/// A process that dies between the server's "250" and the commit sends it a second time, under the same Message-ID.
/// </remarks>
public sealed class OutboxDelivery(
    IDbContextFactory<AppDbContext> contexts,
    IOutboxCarrier carrier,
    IOptions<EmailOptions> options,
    TimeProvider time,
    ILogger<OutboxDelivery> logger)
{
    /// <summary>Takes the message that has been due longest at <paramref name="now"/> and tries to send it. False when none is due.</summary>
    public async Task<bool> DeliverNextAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await ClaimAsync(db, now, cancel) is not { } message)
        {
            return false;
        }

        Record(message, await TrySendAsync(message, cancel));

        // The mail may be out: stopping must not undo the note that it is.
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>When the first message that was not yet due at <paramref name="now"/> will be; null where none waits.</summary>
    /// <remarks>What was due and is still there is in another worker's hands.</remarks>
    public async Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.OutboxMessages
            .Where(m => m.Channel == carrier.Channel && m.SentAt == null && m.FailedAt == null && m.NextAttemptAt > now)
            .MinAsync(m => (DateTimeOffset?)m.NextAttemptAt, cancel);
    }

    private async Task<OutboxMessage?> ClaimAsync(AppDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var channel = carrier.Channel.Word;
        var claimed = await db.OutboxMessages.FromSql(
            $"""
            SELECT * FROM outbox_messages
            WHERE channel = {channel} AND sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= {now}
            ORDER BY next_attempt_at LIMIT 1
            FOR UPDATE SKIP LOCKED
            """).ToListAsync(cancel);
        return claimed.SingleOrDefault();
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
                Metrics.OutboxMessage(carrier.Channel.Word, "sent");
                logger.MailSent(message.Id, message.Kind);
                break;
            case DeliveryResult.Deferred { Reason: var reason } when now - message.CreatedAt < TimeSpan.FromHours(options.Value.GiveUpHours):
                message.LastError = FailureText.Clean(reason);
                message.NextAttemptAt = now + BackOff.After(message.Attempts, Random.Shared.NextDouble());
                Metrics.OutboxMessage(carrier.Channel.Word, "deferred");
                logger.MailDeferred(message.Id, message.Kind, message.NextAttemptAt, message.Attempts, message.LastError);
                break;
            case DeliveryResult.Failure { Reason: var reason }:
                message.LastError = FailureText.Clean(reason);
                message.FailedAt = now;

                // Refused early, it can be tried again by hand when the fault is mended, as long as it would have been tried at all.
                message.Body = now - message.CreatedAt < TimeSpan.FromHours(options.Value.GiveUpHours) ? message.Body : null;
                Metrics.OutboxMessage(carrier.Channel.Word, "failed");
                logger.MailFailed(message.Id, message.Kind, message.Attempts, message.LastError);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
