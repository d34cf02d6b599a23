using Microsoft.AspNetCore.Authorization;
using WebApp.Platform.Http;

namespace WebApp.Features.SecondFactors;

/// <summary>
/// Sends whoever owes a second factor from every page to the one where it is added. Stands before all endpoints, so that a new page is held to it
/// without a word of its own; what is open to strangers is open to all, and <see cref="AllowWithoutSecondFactorAttribute"/> marks the exceptions.
/// </summary>
public static class EnrolmentGate
{
    /// <summary>Where a factor is added.</summary>
    public const string Page = "/account/mfa";

    extension(WebApplication app)
    {
        /// <summary>Covers pages; calls are held to it where their tokens are checked.</summary>
        public void UseEnrolment()
        {
            var policy = app.Services.GetRequiredService<EnrolmentPolicy>();
            app.Use(async (context, next) =>
            {
                if (!context.IsApiRequest
                    && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null
                    && !EnrolmentPolicy.IsException(context)
                    && await policy.MustAddAsync(context))
                {
                    context.Response.Redirect(context.Request.PathBase + Page);
                    return;
                }

                await next(context);
            });
        }
    }
}
