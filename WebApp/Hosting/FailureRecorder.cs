using Microsoft.AspNetCore.Diagnostics;

namespace WebApp.Hosting;

/// <summary>Sees every unexpected failure first: logs it, once, and sets the status. The answer's words come from the door it came through.</summary>
internal sealed class FailureRecorder(ILogger<FailureRecorder> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return ValueTask.FromResult(true);
        }

        var (status, retryAfter) = Failures.Sort(exception);
        httpContext.Response.StatusCode = status;
        if (retryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString();
        }

        if (status == StatusCodes.Status500InternalServerError)
        {
            Log.Unexpected(logger, exception, httpContext.TraceIdentifier);
        }
        else if (status == StatusCodes.Status503ServiceUnavailable)
        {
            Log.Unavailable(logger, exception.Message);
        }

        return ValueTask.FromResult(false);
    }
}
