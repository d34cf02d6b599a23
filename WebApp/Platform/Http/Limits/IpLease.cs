using System.Threading.RateLimiting;

namespace WebApp.Platform.Http.Limits;

/// <summary>Whether a call may go on, and if not, when to come back.</summary>
internal sealed class IpLease : RateLimitLease
{
    /// <summary>Go on.</summary>
    public static readonly IpLease Granted = new(null);

    private readonly TimeSpan? wait;

    private IpLease(TimeSpan? wait) => this.wait = wait;

    public override bool IsAcquired => wait is null;

    public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

    /// <summary>Come back then.</summary>
    public static IpLease Refused(TimeSpan wait) => new(wait);

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
        return metadata is not null;
    }
}
