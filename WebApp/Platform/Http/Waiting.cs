using System.Globalization;
using WebApp.Platform.Text;
using WebApp.Platform.Time;

namespace WebApp.Platform.Http;

/// <summary>The answer to a browser that made too many attempts.</summary>
public static class Waiting
{
    /// <summary>Sets 429 and <c>Retry-After</c> and returns the message for the page.</summary>
    public static string Refuse(HttpResponse response, TimeSpan wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return T("Too many attempts. You can try again in {0}.", Durations.Describe(wait));
    }
}

/// <summary>The <c>Retry-After</c> header (RFC 9110 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>Whole seconds, rounded up, at least one.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, WholeSeconds.RoundUp(wait)).ToString(CultureInfo.InvariantCulture);
}
