using System.Globalization;
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
        return $"Too many attempts. You can try again in {Describe(wait)}.";
    }

    private static string Describe(TimeSpan wait) => wait switch
    {
        { TotalSeconds: < 60 } => Count(wait.TotalSeconds, "second"),
        { TotalMinutes: <= 90 } => Count(wait.TotalMinutes, "minute"),
        _ => Count(wait.TotalHours, "hour"),
    };

    // Rounded up, so that the stated time is never too short.
    private static string Count(double number, string unit) => Math.Max(1, (int)Math.Ceiling(number)) switch
    {
        1 => $"a{(unit == "hour" ? "n" : "")} {unit}",
        var many => $"{many} {unit}s",
    };
}

/// <summary>The <c>Retry-After</c> header (RFC 9110 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>Whole seconds, rounded up, at least one.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, WholeSeconds.RoundUp(wait)).ToString(CultureInfo.InvariantCulture);
}
