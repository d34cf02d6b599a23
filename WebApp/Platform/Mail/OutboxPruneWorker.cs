using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Platform.Mail;

/// <summary>Prunes the outbox hourly, on one node.</summary>
public sealed class OutboxPruneWorker(OutboxPruning pruning, DueWorks due, TimeProvider clock, ILogger<OutboxPruneWorker> logger)
    : DueWorker("outbox", TimeSpan.FromHours(1), due, clock)
{
    /// <inheritdoc/>
    public override Task RunAsync(CancellationToken cancel) => pruning.PruneAsync(cancel);

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.OutboxPruningPutOff(failure.Message);
}

/// <summary>Removes old messages from the outbox.</summary>
public sealed class OutboxPruning(IDbContextFactory<AppDbContext> contexts, IOptions<EmailOptions> options, TimeProvider time, ILogger<OutboxPruning> logger)
{
    /// <summary>
    /// Erases the bodies of failed messages that can no longer be retried. Removes messages that were sent or failed more than <c>Email:KeepDays</c> ago.
    /// Waiting messages are not changed.
    /// </summary>
    public async Task PruneAsync(CancellationToken cancel)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.KeepDays);
        var now = time.GetUtcNow();
        var gaveUp = now.AddHours(-options.Value.GiveUpHours);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        await db.OutboxMessages.Where(m => m.FailedAt != null && m.Body != null && (m.CreatedAt < gaveUp || m.ExpiresAt <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Body, (byte[]?)null), cancel);
        if (await db.OutboxMessages.Where(m => m.SentAt < before || m.FailedAt < before).ExecuteDeleteAsync(cancel) is > 0 and var count)
        {
            logger.OutboxPruned(count);
        }
    }
}

/// <summary>Removes the mails to an erased user.</summary>
public sealed class OutboxErasure(OutboxCipher cipher)
{
    /// <summary>
    /// Removes, in the caller's transaction, every mail to one of the addresses whose body is still stored. Recipients are stored only in the
    /// encrypted bodies, so each body is decrypted. In production only waiting mails have bodies, which are few.
    /// </summary>
    public async Task EraseAsync(AppDbContext db, IReadOnlyCollection<string> addresses, CancellationToken cancel)
    {
        List<Guid> found = [];
        await foreach (var mail in db.OutboxMessages.AsNoTracking().Where(m => m.Body != null && m.Channel == OutboxChannel.Mail).Select(m => new { m.Id, m.Body }).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (cipher.Open(mail.Id, mail.Body!) is { } opened && addresses.Contains(opened.To, StringComparer.OrdinalIgnoreCase))
            {
                found.Add(mail.Id);
            }
        }

        await db.OutboxMessages.Where(m => found.Contains(m.Id)).ExecuteDeleteAsync(cancel);
    }
}
