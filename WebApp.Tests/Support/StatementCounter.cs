using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

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

    private StatementCounter()
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

    // A header that puts a request into this trace.
    private string TraceParent => $"00-{trace}-{ActivitySpanId.CreateRandom()}-01";

    /// <summary>Sends one call and returns its statements, in order.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(TestApp app, HttpMethod method, string path, object? body = null, string? bearer = null, string? cookie = null)
    {
        using var counter = new StatementCounter();
        using var client = app.NewClient();
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("traceparent", counter.TraceParent);
        request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.LessThan(500));
        return [.. counter.statements];
    }

    public void Dispose() => listener.Dispose();

    private static string? Statement(Activity command) =>
        (command.GetTagItem("db.query.text") ?? command.GetTagItem("db.statement")) as string;
}
