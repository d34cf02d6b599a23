using System.Globalization;
using WebApp.Platform.Time;

namespace WebApp.Platform.Http;

/// <summary>The <c>Retry-After</c> header (RFC 9110 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>Whole seconds, at least one; never too early.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, WholeSeconds.RoundUp(wait)).ToString(CultureInfo.InvariantCulture);
}
