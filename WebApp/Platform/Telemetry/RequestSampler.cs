using System.Diagnostics;
using OpenTelemetry.Trace;

namespace WebApp.Platform.Telemetry;

/// <summary>
/// Traces begin with requests: a share of them, by their trace id. What a node does by itself, such as the heartbeat and the reading of the outbox, begins none.
/// </summary>
public sealed class RequestSampler : Sampler
{
    private readonly TraceIdRatioBasedSampler share;

    private RequestSampler(double ratio) => share = new(ratio);

    /// <summary>
    /// The sampler for all spans. Those within a request follow it. A caller's own <c>traceparent</c> is joined, and does not decide: anybody could have
    /// all requests traced.
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
