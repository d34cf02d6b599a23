namespace WebApp.Hosting.Telemetry;

/// <summary>Metrics, for whoever gathers them.</summary>
public static class TelemetrySetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the export.</summary>
        public void AddTelemetry()
        {
            builder.Services.AddOptions<TelemetryOptions>().BindConfiguration("Telemetry")
                .Validate(o => o.OtlpEndpoint is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Telemetry:OtlpEndpoint must be the absolute address of an OTLP receiver over HTTP, such as http://collector:4318.")
                .Validate(o => o.ExportSeconds is >= 1 and <= 3600, "Telemetry:ExportSeconds must be 1 to 3600.")
                .ValidateOnStart();
            builder.Services.AddHostedService<TelemetryExport>();
        }
    }
}
