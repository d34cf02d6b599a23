using System.Collections.Concurrent;
using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>
/// Counts the database statements of one request: those that Npgsql traces under the trace id the request carried. What the
/// application does meanwhile for others, or by itself, has other trace ids.
/// </summary>
public sealed class StatementCounter : IDisposable
{
    private readonly ConcurrentQueue<string> statements = [];
    private readonly ActivityTraceId trace = ActivityTraceId.CreateRandom();
    private readonly ActivityListener listener;

    public StatementCounter()
    {
        listener = new()
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref options) => options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace && activity.Source.Name == "Npgsql" && Statement(activity) is { } statement)
                {
                    statements.Enqueue(statement);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>A header that puts a request into this counter's trace.</summary>
    public string TraceParent => $"00-{trace}-{ActivitySpanId.CreateRandom()}-01";

    /// <summary>What the request sent to the database.</summary>
    public IReadOnlyCollection<string> Statements => statements;

    public void Dispose() => listener.Dispose();

    private static string? Statement(Activity command) =>
        (command.GetTagItem("db.query.text") ?? command.GetTagItem("db.statement")) as string;
}
