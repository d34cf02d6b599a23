using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.Sessions;

namespace WebApp.Areas.Api;

/// <summary>
/// Lets callers through only within <see cref="RecentAuthentication.MaxAge"/> of their last authentication; others are told to authenticate
/// again (RFC 9470).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAuthorizationFilter
{
    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var clock = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        if (!RecentAuthentication.IsTooOld(BearerIdentity.Of(context.HttpContext).Token.AuthenticatedAt, clock.GetUtcNow()))
        {
            return;
        }

        var maxAge = (int)RecentAuthentication.MaxAge.TotalSeconds;
        context.HttpContext.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", max_age={maxAge}";
        context.Result = new ApiProblem(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?> { ["max_age"] = maxAge });
    }
}
