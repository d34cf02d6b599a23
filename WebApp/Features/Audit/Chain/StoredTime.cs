namespace WebApp.Features.Audit.Chain;

/// <summary>Times as PostgreSQL keeps them: in whole microseconds since 1970.</summary>
internal static class StoredTime
{
    public static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Of(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
