using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace WebApp.Hosting.Telemetry;

/// <summary>Exports the metrics of this application, of the server and of the runtime, where a receiver is configured. Otherwise nothing listens, and counting costs nothing.</summary>
/// <remarks>Traces are left out: the addresses in them carry the tokens of mailed links.</remarks>
public sealed class TelemetryExport(IOptions<TelemetryOptions> options, IOptions<AppOptions> app) : IHostedService, IDisposable
{
    private MeterProvider? provider;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OtlpEndpoint is not null)
        {
            provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService(Metrics.MeterName, serviceNamespace: app.Value.Name, serviceInstanceId: Guid.NewGuid().ToString()))
                .AddMeter(Metrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter((exporter, reader) =>
                {
                    (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, options.Value.MetricsAddress);
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.Value.ExportSeconds * 1000;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public void Dispose() => provider?.Dispose();
}
