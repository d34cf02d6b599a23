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
        return T("Too many attempts. You can try again in {0}.", Describe(wait));
    }

    private static string Describe(TimeSpan wait) => wait switch
    {
        { TotalSeconds: < 60 } => Plural(Whole(wait.TotalSeconds), "a second", "{0} seconds"),
        { TotalMinutes: <= 90 } => Plural(Whole(wait.TotalMinutes), "a minute", "{0} minutes"),
        _ => Plural(Whole(wait.TotalHours), "an hour", "{0} hours"),
    };

    // Rounded up, so that the stated time is never too short.
    private static int Whole(double number) => Math.Max(1, (int)Math.Ceiling(number));
}

/// <summary>The <c>Retry-After</c> header (RFC 9110 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>Whole seconds, rounded up, at least one.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, WholeSeconds.RoundUp(wait)).ToString(CultureInfo.InvariantCulture);
}
