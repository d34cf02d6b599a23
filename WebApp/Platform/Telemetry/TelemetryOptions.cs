namespace WebApp.Platform.Telemetry;

/// <summary>Where metrics and traces are sent: section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Base address of an OTLP receiver over HTTP, such as <c>http://collector:4318</c>; if null, nothing is measured or sent.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Seconds between two exports.</summary>
    public int ExportSeconds { get; set; } = 30;

    /// <summary>The share of requests that are traced, 0 to 1.</summary>
    public double TraceRatio { get; set; } = 0.05;

    /// <summary>The address for one kind of signal, such as <c>metrics</c> (OTLP 1.x, “OTLP/HTTP Request”).</summary>
    internal Uri AddressOf(string signal) => new($"{OtlpEndpoint!.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
}
