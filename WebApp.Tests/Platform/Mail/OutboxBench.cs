using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Mail;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>An outbox on a database of its own, with a clock and a transport that the test holds.</summary>
public sealed class OutboxBench(IDbContextFactory<AppDbContext> contexts)
{
    private MailConnections? connections;

    public static async Task<OutboxBench> CreateAsync() => new(await OutboxDatabase.CreateAsync());

    public ManualTime Time { get; } = new();

    public ScriptedTransport Transport { get; init; } = new();

    public EmailOptions Options { get; } = new();

    public OutboxCipher Cipher { get; } = new(new EphemeralDataProtectionProvider(), new(new byte[MasterKey.Size]));

    public Outbox Outbox => new(Cipher, Time);

    public MailConnections Connections => connections ??= new(Transport, TimeProvider.System);

    public MailCarrier Carrier => new(Connections, Cipher);

    public OutboxBacklog Backlog => new(contexts, Carrier, Time, NullLogger<OutboxBacklog>.Instance);

    public OutboxDelivery Delivery => new(Carrier, Microsoft.Extensions.Options.Options.Create(Options), Time, NullLogger<OutboxDelivery>.Instance);

    public OutboxPruning Pruning => new(contexts, Microsoft.Extensions.Options.Options.Create(Options), Time, NullLogger<OutboxPruning>.Instance);

    /// <summary>One node's worker; every call is another node.</summary>
    public OutboxWorker Worker(WakeSignal signal, ILogger<OutboxWorker>? logger = null) =>
        new(Backlog, Delivery, new(Options.Concurrency), signal, Time, logger ?? NullLogger<OutboxWorker>.Instance);

    public Task<AppDbContext> OpenAsync() => contexts.CreateDbContextAsync();

    /// <summary>Queues a mail and commits.</summary>
    public async Task QueueAsync(string to = "ada@example.net", string text = "text", bool deliver = true, string kind = "test")
    {
        await using var db = await OpenAsync();
        Outbox.Add(db, to, new("Subject", text, "<p>html</p>"), kind, deliver);
        await db.SaveChangesAsync();
    }

    /// <summary>Sends the next message, as a node of its own would. False when there is none.</summary>
    public async Task<bool> DeliverNextAsync()
    {
        await using var claim = await Backlog.ClaimAsync(new(Options.Concurrency), CancellationToken.None);
        if (claim is not null)
        {
            await Delivery.DeliverAsync(claim, CancellationToken.None);
        }

        return claim is not null;
    }

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
