using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>The first exception handler: logs a failure once, without request data, and sets the status. Pages and API write the body.</summary>
internal sealed class FailureRecorder(ILogger<FailureRecorder> logger, LogIntervals intervals) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ConnectionResetException or ConnectionAbortedException
            || (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested))
        {
            // The client has disconnected.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return ValueTask.FromResult(true);
        }

        var (status, retryAfter) = Failures.Sort(exception);
        httpContext.Response.StatusCode = status;
        if (retryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status500InternalServerError)
        {
            Log.Unexpected(logger, httpContext.TraceIdentifier, Outline(exception));
        }
        else if (status == StatusCodes.Status503ServiceUnavailable && intervals.IsDue(Failures.IsDatabaseGone(exception) ? typeof(NpgsqlException) : exception.GetType(), out var omitted))
        {
            Log.Unavailable(logger, Reason(exception), omitted);
        }

        return ValueTask.FromResult(false);
    }

    /// <summary>
    /// Types and stacks, from the outermost exception to the innermost. Messages are left out: those of frameworks and of the database quote
    /// request data (ASVS 16.2.5).
    /// </summary>
    public static string Outline(Exception exception)
    {
        var outline = new StringBuilder();
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            outline.Append(outline.Length > 0 ? "\n---> " : "").Append(inner.GetType().FullName);
            if (inner is PostgresException refusal)
            {
                outline.Append(CultureInfo.InvariantCulture, $" {refusal.SqlState} {refusal.TableName} {refusal.ConstraintName}");
            }

            outline.Append('\n').Append(inner.StackTrace);
        }

        return outline.ToString();
    }

    /// <summary>Why the database or the hashing queue is unavailable. For a rejected statement only the SQLSTATE, because its message may quote a value.</summary>
    public static string Reason(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is NpgsqlException failure)
            {
                return failure is PostgresException refusal ? $"the database said {refusal.SqlState}" : failure.Message;
            }
        }

        return exception.Message;
    }
}

/// <summary>
/// Limits log lines for a failure that affects every request, such as an unreachable database: one line of each kind per
/// <see cref="Length"/>, with the number of lines omitted since the last.
/// </summary>
public sealed class LogIntervals(TimeProvider clock)
{
    /// <summary>The time between two lines of a kind.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Type, Interval> intervals = new();

    /// <summary>Whether to write a line of this kind now. Kinds are types, so their number is small.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="omitted">The number of lines omitted since the last that was written.</param>
    public bool IsDue(Type kind, out int omitted)
    {
        var interval = intervals.GetOrAdd(kind, _ => new());
        var now = clock.GetUtcNow();
        lock (interval)
        {
            // If the clock was set back, a new interval begins.
            if (now - interval.Begin < Length && now >= interval.Begin)
            {
                omitted = ++interval.Omitted;
                return false;
            }

            (omitted, interval.Omitted, interval.Begin) = (interval.Omitted, 0, now);
            return true;
        }
    }

    private sealed class Interval
    {
        public DateTimeOffset Begin { get; set; } = DateTimeOffset.MinValue;

        public int Omitted { get; set; }
    }
}
