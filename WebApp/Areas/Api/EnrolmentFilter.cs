using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Hosting;
using WebApp.Mfa;

namespace WebApp.Areas.Api;

/// <summary>Refuses every call of whoever owes a second factor but those that add one.</summary>
public sealed class EnrolmentFilter(EnrolmentPolicy policy) : IAsyncAuthorizationFilter
{
    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        if (context.HttpContext.IsApiRequest && await policy.KeepsOutAsync(context.HttpContext))
        {
            context.Result = new ApiProblem(ApiErrors.MfaEnrolmentRequired);
        }
    }
}
