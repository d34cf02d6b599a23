using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.Sessions;

namespace WebApp.Areas.Api;

/// <summary>
/// Lets a call through only within <see cref="RecentAuthentication.MaxAge"/> of the caller's last authentication; others are told to
/// authenticate again (RFC 9470). <c>POST /auth/reauthenticate</c> lifts it. API tokens are refused elsewhere.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAuthorizationFilter
{
    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        if (http.Features.Get<BearerIdentity>()?.AccessToken is not { } token || !RecentAuthentication.IsTooOld(token.AuthenticatedAt, clock.GetUtcNow()))
        {
            return;
        }

        var maxAge = (int)RecentAuthentication.MaxAge.TotalSeconds;
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", max_age={maxAge}";
        context.Result = new ApiProblem(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?> { ["max_age"] = maxAge });
    }
}
