using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Hosting;

namespace WebApp.Mfa;

/// <summary>Sends whoever owes a second factor from every page to the one where it is added.</summary>
public sealed class EnrolmentFilter(EnrolmentPolicy policy) : IAsyncAuthorizationFilter
{
    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        if (!context.HttpContext.IsApiRequest && await policy.KeepsOutAsync(context.HttpContext))
        {
            context.Result = new RedirectResult("/account/mfa");
        }
    }
}
