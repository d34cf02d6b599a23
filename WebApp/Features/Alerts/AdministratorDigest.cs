using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Time;
using WebApp.Platform.Workers;

namespace WebApp.Features.Alerts;

/// <summary>Collects alerts into mails to administrators: the first at once after a quiet time, then at most one per interval. One node sends each mail.</summary>
public sealed class AdministratorDigest(
    IDbContextFactory<AppDbContext> contexts, Outbox outbox, IOptions<AlertOptions> options, IOptions<AppOptions> app, TimeProvider clock)
{
    private const long LockId = 0x616C_6572_7473; // The advisory lock's number.

    /// <summary>Queues the mail that is due and marks its alerts as sent, in one transaction. Returns the time until the next one; null: nothing waits.</summary>
    public async Task<TimeSpan?> SendDueAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockId})", cancel);
        var forAdministrators = db.Alerts.Where(a => a.ForAdministrators);
        if (!await forAdministrators.AnyAsync(a => a.ToldAt == null, cancel))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (await forAdministrators.MaxAsync(a => a.ToldAt, cancel) + options.Value.DigestInterval - now is { Ticks: > 0 } rest
            && rest <= options.Value.DigestInterval + ClockJump.Tolerance) // Longer: the last one was sent by a node whose clock was ahead.
        {
            return rest;
        }

        var waiting = await forAdministrators.Where(a => a.ToldAt == null).OrderBy(a => a.Id).ToListAsync(cancel);
        await AddMailsAsync(db, waiting, cancel);
        waiting.ForEach(alert => alert.ToldAt = now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private async Task AddMailsAsync(AppDbContext db, List<Alert> alerts, CancellationToken cancel)
    {
        Guid[] ids = [.. alerts.Take(AlertDigestMail.MostLines).Select(alert => alert.UserId).OfType<Guid>()];
        var emails = await db.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Email, cancel);
        foreach (var sameLanguage in (await AddresseesAsync(db, cancel)).GroupBy(addressee => addressee.Language))
        {
            using var language = Language.UseForOther(sameLanguage.Key);
            var content = AlertDigestMail.Compose(
                app.Value, [.. alerts.Take(AlertDigestMail.MostLines).Select(alert => (alert.At, AlertText.Describe(alert, alert.UserId is { } id ? emails.GetValueOrDefault(id) : null)))], alerts.Count);
            foreach (var addressee in sameLanguage)
            {
                outbox.Add(db, addressee.Address, content, AlertDigestMail.Kind);
            }
        }
    }

    private async Task<IReadOnlyList<Addressee>> AddresseesAsync(AppDbContext db, CancellationToken cancel)
    {
        if (options.Value.AdministratorAddresses is { Count: > 0 } configured)
        {
            string[] normalized = [.. configured.Select(EmailAddress.Normalize)];
            var languages = await db.Users.Where(u => normalized.Contains(u.NormalizedEmail)).ToDictionaryAsync(u => u.NormalizedEmail!, u => u.Language, cancel);
            return [.. configured.Select(address => new Addressee(address, languages.GetValueOrDefault(EmailAddress.Normalize(address))))];
        }

        var now = clock.GetUtcNow();
        return await db.Users
            .Where(u => u.EmailConfirmed && u.DeletionRequestedAt == null && !(u.LockoutEnd > now))
            .Where(u => db.UserRoles.Any(ur => ur.UserId == u.Id && ur.RoleId == Role.AdminId))
            .Select(u => new Addressee(u.Email!, u.Language)).ToListAsync(cancel);
    }

    private sealed record Addressee(string Address, string? Language);
}

/// <summary>Sends the digest when an alert is raised on any node, when it falls due, and every 30 s in case a signal was lost.</summary>
public sealed class DigestWorker : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    private readonly AdministratorDigest digest;
    private readonly WakeSignal signal;
    private readonly ILogger<DigestWorker> logger;

    /// <summary>Subscribes to alerts.</summary>
    public DigestWorker(AdministratorDigest digest, ChangeFeed feed, TimeProvider clock, ILogger<DigestWorker> logger)
    {
        (this.digest, this.logger) = (digest, logger);
        signal = new(clock);
        feed.On(Topics.AlertRaised, _ => signal.Wake());
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await signal.WaitAsync(WakeSignal.FirstLook, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await signal.WaitAsync(await WorkAsync(stoppingToken), stoppingToken);
        }
    }

    private async Task<TimeSpan> WorkAsync(CancellationToken cancel)
    {
        try
        {
            return await digest.SendDueAsync(cancel) is { } wait && wait < Poll ? wait : Poll;
        }
        catch (Exception outage) when (!cancel.IsCancellationRequested)
        {
            // The alerts stay in the table; the next round finds them.
            Log.DigestPutOff(logger, outage.Message);
            return Poll;
        }
    }
}
