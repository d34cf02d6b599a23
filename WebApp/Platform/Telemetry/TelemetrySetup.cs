using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Telemetry;

/// <summary>Sets up OpenTelemetry: metrics and traces of the application, the server, the runtime, the database and outgoing requests.</summary>
public static class TelemetrySetup
{
    private const string MetricSignal = "metrics";
    private const string TraceSignal = "traces";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers OpenTelemetry if a receiver is configured. Otherwise the meters have no listener.</summary>
        public void AddTelemetry()
        {
            var services = builder.Services;
            services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section)
                .Validate(o => o.OtlpEndpoint is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Telemetry:OtlpEndpoint must be the absolute address of an OTLP receiver over HTTP, such as http://collector:4318.")
                .Validate(o => o.ExportSeconds is >= 1 and <= 3600, "Telemetry:ExportSeconds must be 1 to 3600.")
                .Validate(o => o.TraceRatio is >= 0 and <= 1, "Telemetry:TraceRatio must be 0 to 1.")
                .ValidateOnStart();
            if (builder.Configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.OtlpEndpoint)}"] is not { Length: > 0 })
            {
                return;
            }

            services.AddExporter(MetricSignal);
            services.AddExporter(TraceSignal);
            services.AddOptions<MetricReaderOptions>(MetricSignal).Configure<IOptions<TelemetryOptions>>((reader, telemetry) =>
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = telemetry.Value.ExportSeconds * 1000);
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService(
                    Metrics.MeterName, serviceNamespace: builder.Configuration["App:Name"] ?? new AppOptions().Name, serviceInstanceId: Guid.NewGuid().ToString()))
                .WithMetrics(metrics => metrics
                    .AddMeter(Metrics.MeterName)
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddNpgsqlInstrumentation()
                    .AddOtlpExporter(MetricSignal, static (_, _) => { }))
                .WithTracing(traces => traces
                    .SetSampler(provider => RequestSampler.Create(provider.GetRequiredService<IOptions<TelemetryOptions>>().Value.TraceRatio))
                    .AddAspNetCoreInstrumentation(requests => requests.Filter = static context => !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
                    .AddHttpClientInstrumentation()
                    .AddNpgsql()
                    .AddProcessor(new SpanTags())
                    .AddOtlpExporter(TraceSignal, static _ => { }));
        }
    }

    private static void AddExporter(this IServiceCollection services, string signal) =>
        services.AddOptions<OtlpExporterOptions>(signal).Configure<IOptions<TelemetryOptions>>((exporter, telemetry) =>
            (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, telemetry.Value.AddressOf(signal)));
}
