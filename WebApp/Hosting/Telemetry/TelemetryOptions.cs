namespace WebApp.Hosting.Telemetry;

/// <summary>Where metrics go: section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Base address of an OTLP receiver over HTTP, such as <c>http://collector:4318</c>; null: nowhere.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Seconds between two exports.</summary>
    public int ExportSeconds { get; set; } = 30;

    /// <summary>The path that OTLP/HTTP has for metrics, under the base address (OTLP 1.x, “OTLP/HTTP Request”).</summary>
    internal Uri MetricsAddress => new(OtlpEndpoint!.AbsoluteUri.TrimEnd('/') + "/v1/metrics");
}
