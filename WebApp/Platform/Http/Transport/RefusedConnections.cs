using System.Diagnostics.Metrics;

namespace WebApp.Platform.Http.Transport;

/// <summary>
/// Logs at intervals that connections are refused because of their number. Kestrel logs each of them (that category is off in <c>appsettings.json</c>), and
/// also counts them.
/// </summary>
internal sealed class RefusedConnections(ILogger<RefusedConnections> logger, LogIntervals intervals) : IHostedService, IDisposable
{
    private readonly MeterListener listener = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Microsoft.AspNetCore.Server.Kestrel", Name: "kestrel.rejected_connections" })
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (intervals.IsDue(typeof(RefusedConnections), out var omitted))
            {
                Log.ConnectionsRefused(logger, omitted);
            }
        });
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();
}
