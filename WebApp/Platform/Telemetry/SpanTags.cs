using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace WebApp.Platform.Telemetry;

/// <summary>
/// Keeps only tags that are known to have no secrets, before a span is sent. Mailed links have tokens in their query, webhook
/// addresses in their path, and a library may add tags in any release. A span with the message of an exception is not sent, because an event cannot be
/// removed from a span; the request's span shows that it failed.
/// </summary>
public sealed class SpanTags : BaseProcessor<Activity>
{
    // Names of the OpenTelemetry semantic conventions 1.40 for HTTP and databases. The text of a statement has parameters instead of values.
    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.port", "network.protocol.version", "error.type",
        "db.system.name", "db.operation.name", "db.query.text", "db.response.status_code", "db.npgsql.data_source");

    private const string ExceptionEvent = "exception";

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.ToArray())
        {
            if (!Kept.Contains(name))
            {
                data.SetTag(name, null);
            }
        }

        if (data.Events.Any(about => about.Name == ExceptionEvent))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        if (data.Status == ActivityStatusCode.Error)
        {
            // Removes the description, which is the message of an exception.
            data.SetStatus(ActivityStatusCode.Error);
        }
    }
}
