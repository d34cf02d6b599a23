using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Http.Limits;

/// <summary>Limits by IP prefix.</summary>
public static class IpLimitsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Puts the limit on what strangers reach.</summary>
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
        /// Refuses with 429 and <c>Retry-After</c>; page and problem are made where every other bare status gets its own. Comes after routing
        /// and before anybody is signed in; calls of other endpoints go past it.
        /// </summary>
        public void UseIpLimits() => app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<LimitByIpAttribute>() is not null,
            limited => limited.UseRateLimiter());
    }
}

/// <summary>What an IP prefix may do: section <c>Protection</c>.</summary>
public sealed class IpLimitOptions
{
    /// <summary>
    /// Anonymous requests an IP prefix has a minute, of which one that costs a password hash or a mail counts as
    /// <see cref="LimitByIpAttribute.Costly"/>; as many mails it may have sent an hour, and as many tokens that were never ours it may try a minute.
    /// </summary>
    public int IpPermitsPerMinute { get; set; } = 60;
}
