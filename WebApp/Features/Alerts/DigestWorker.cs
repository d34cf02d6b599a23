using WebApp.Platform.Changes;
using WebApp.Platform.Mail;

namespace WebApp.Features.Alerts;

/// <summary>Sends the digest when an alert is raised on any node, when it falls due, and every 30 s in case a signal was lost.</summary>
public sealed class DigestWorker : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    private readonly AdministratorDigest digest;
    private readonly OutboxSignal signal;
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
