using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Http.Limits;

/// <summary>Sets up limits by IP prefix.</summary>
public static class IpLimitsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the limit for endpoints that need no sign-in.</summary>
        public void AddIpLimits()
        {
            builder.Services.AddOptions<IpLimitOptions>().BindConfiguration("Protection")
                .Validate(o => o.IpPermitsPerMinute >= 1, "Protection:IpPermitsPerMinute must be at least 1.")
                .ValidateOnStart();
            builder.Services.Configure<MvcOptions>(mvc => mvc.Conventions.Add(new LimitByIpConvention()));
            builder.Services.AddSingleton(services => new IpBudgets(
                services.GetRequiredService<IOptions<IpLimitOptions>>().Value.IpPermitsPerMinute, services.GetRequiredService<TimeProvider>()));
            builder.Services.AddSingleton<RefusalPace>();
            builder.Services.AddRateLimiter(limits => limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests);
            builder.Services.AddOptions<RateLimiterOptions>().Configure<IpBudgets, RefusalPace>((limits, budgets, pace) =>
            {
                limits.GlobalLimiter = new IpRateLimiter(budgets);
                limits.OnRejected = (rejected, _) =>
                {
                    if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                    {
                        rejected.HttpContext.Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
                    }

                    return pace.WaitAsync(rejected.HttpContext.RequestAborted);
                };
            });
        }
    }

    extension(WebApplication app)
    {
        /// <summary>
        /// Refuses with 429 and <c>Retry-After</c>; the page or problem is added like for every other status without a body. Must come after routing
        /// and before authentication. Other endpoints are not limited.
        /// </summary>
        public void UseIpLimits() => app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<LimitByIpAttribute>() is not null,
            limited => limited.UseRateLimiter());
    }
}

/// <summary>The limit of an IP prefix: section <c>Protection</c>.</summary>
public sealed class IpLimitOptions
{
    /// <summary>
    /// Anonymous requests of an IP prefix per minute; a request that costs a password hash or a mail counts as
    /// <see cref="LimitByIpAttribute.Costly"/>. Also the number of mails per hour, and of tokens per minute that were never issued here.
    /// </summary>
    public int IpPermitsPerMinute { get; set; } = 60;
}
