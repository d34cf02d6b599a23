using WebApp.Platform.Changes;

namespace WebApp.Features.Tokens;

/// <summary>Loads the keys before the first request is taken, and looks after them every hour.</summary>
internal sealed class SigningKeyMaintenance(SigningKeys keys, ChangeFeed feed, TimeProvider time, ILogger<SigningKeyMaintenance> log) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.MaintainAsync(cancellationToken);
        feed.On(Topics.SigningKeysChanged, _ => ReloadSoon());
        feed.OnReset(keys.ReloadAsync);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeySchedule.MaintenanceInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.MaintainAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The notice is a day: there are many more hours in which to do it.
                log.SigningKeyMaintenanceFailed(e);
            }
        }
    }

    private async void ReloadSoon()
    {
        try
        {
            await keys.ReloadAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The announcement comes a day before the first use, and an unknown key is looked for when it is met.
            log.SigningKeyMaintenanceFailed(e);
        }
    }
}
