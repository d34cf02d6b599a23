using System.Diagnostics;
using OpenTelemetry.Trace;

namespace WebApp.Platform.Telemetry;

/// <summary>
/// Samples a share of the requests, by their trace id. Background work, such as the heartbeat and the outbox worker, starts no trace.
/// </summary>
public sealed class RequestSampler : Sampler
{
    private readonly TraceIdRatioBasedSampler share;

    private RequestSampler(double ratio) => share = new(ratio);

    /// <summary>
    /// Creates the sampler for all spans. Spans within a request have the request's decision. A client's <c>traceparent</c> sets the trace id, but not the
    /// decision: otherwise any client could have all its requests traced.
    /// </summary>
    /// <param name="ratio">The share of requests, 0 to 1.</param>
    public static Sampler Create(double ratio)
    {
        RequestSampler requests = new(ratio);
        return new ParentBasedSampler(requests, remoteParentSampled: requests, remoteParentNotSampled: requests);
    }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Server ? share.ShouldSample(samplingParameters) : new(SamplingDecision.Drop);
}
