using System.Globalization;

namespace WebApp.Accounts;

/// <summary>Tells a browser that it tried too often.</summary>
internal static class Waiting
{
    /// <summary>Makes the answer a 429 with <c>Retry-After</c> and returns what the page says.</summary>
    public static string Refuse(HttpResponse response, TimeSpan wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var minutes = (int)Math.Ceiling(wait.TotalMinutes);
        return $"Too many attempts. You can try again in {(minutes == 1 ? "a minute" : $"{minutes} minutes")}.";
    }
}
