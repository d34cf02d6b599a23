using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebApp.Data;
using WebApp.Mail;
using WebApp.Tests.Support;

namespace WebApp.Tests.Mail;

/// <summary>An outbox on a database of its own, with a clock and a transport that the test holds.</summary>
public sealed class OutboxBench(IDbContextFactory<AppDbContext> contexts)
{
    public static async Task<OutboxBench> CreateAsync() => new(await OutboxDatabase.CreateAsync());

    public ManualTime Time { get; } = new();

    public ScriptedTransport Transport { get; init; } = new();

    public EmailOptions Options { get; } = new();

    public OutboxCipher Cipher { get; } = new(new EphemeralDataProtectionProvider());

    public Outbox Outbox => new(Cipher, Time);

    /// <summary>One node's delivery; every call is another node.</summary>
    public OutboxDelivery Delivery => new(contexts, new MailCarrier(Transport, Cipher), Microsoft.Extensions.Options.Options.Create(Options), Time, NullLogger<OutboxDelivery>.Instance);

    public OutboxPruning Pruning => new(contexts, Microsoft.Extensions.Options.Options.Create(Options), Time, NullLogger<OutboxPruning>.Instance);

    public OutboxWorker Worker(OutboxSignal signal, ILogger<OutboxWorker>? logger = null) =>
        new(Delivery, Pruning, signal, Time, logger ?? NullLogger<OutboxWorker>.Instance);

    public Task<AppDbContext> OpenAsync() => contexts.CreateDbContextAsync();

    /// <summary>Queues a mail and commits.</summary>
    public async Task QueueAsync(string to = "ada@example.net", string text = "text", bool deliver = true)
    {
        await using var db = await OpenAsync();
        Outbox.Add(db, to, new("Subject", text, "<p>html</p>"), "test", deliver);
        await db.SaveChangesAsync();
    }

    public Task<bool> DeliverNextAsync() => Delivery.DeliverNextAsync(Time.GetUtcNow(), CancellationToken.None);

    /// <summary>The only row.</summary>
    public async Task<OutboxMessage> RowAsync()
    {
        await using var db = await OpenAsync();
        return await db.OutboxMessages.SingleAsync();
    }

    public async Task<int> CountAsync()
    {
        await using var db = await OpenAsync();
        return await db.OutboxMessages.CountAsync();
    }
}
