using System.Threading.RateLimiting;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Limits;

/// <summary>What ASP.NET's rate limiter asks: the budget of the caller's prefix, for what the endpoint costs. Nobody ever waits in a queue.</summary>
internal sealed class IpRateLimiter(IpBudgets budgets) : PartitionedRateLimiter<HttpContext>
{
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        var limit = resource.GetEndpoint()?.Metadata.GetMetadata<LimitByIpAttribute>();
        return limit is not null && budgets.Spend(ClientInfo.IpOf(resource), permitCount * limit.Cost) is { } wait ? IpLease.Refused(wait) : IpLease.Granted;
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext context, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(context, permitCount));
}
