using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>Sees every failure first: logs it, once, without a word of what was sent, and sets the status. What the answer says is up to pages and API.</summary>
internal sealed class FailureRecorder(ILogger<FailureRecorder> logger, LogIntervals intervals) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ConnectionResetException or ConnectionAbortedException
            || (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested))
        {
            // Nobody is left to answer.
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
    /// Types and stacks, from the outermost exception inwards. Messages are left out: those of frameworks and of the database quote what a client sent
    /// (ASVS 16.2.5).
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

    /// <summary>Why the database or the hashing queue cannot serve. A refused statement's message may quote a value; those of lost connections name the server.</summary>
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
/// Keeps one cause that meets every request, such as a database that is away, from filling the log: one line of each kind every
/// <see cref="Length"/>, with how many were left out since the last.
/// </summary>
public sealed class LogIntervals(TimeProvider clock)
{
    /// <summary>The time between two lines of a kind.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Type, Interval> intervals = new();

    /// <summary>Whether a line of this kind is to be written now. Kinds are types, so there are few.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="omitted">How many were not, since the last that was.</param>
    public bool IsDue(Type kind, out int omitted)
    {
        var interval = intervals.GetOrAdd(kind, _ => new());
        var now = clock.GetUtcNow();
        lock (interval)
        {
            // A clock that was set back starts a new interval.
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
