using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.SignIn;

namespace WebApp.Areas.Api;

/// <summary>
/// Lets a call through only within <see cref="StepUp.MaxAge"/> of the caller's last authentication; otherwise says how old it may be
/// (RFC 9470). <c>POST /auth/reauthenticate</c> lifts it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAuthorizationFilter
{
    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        if (http.Features.Get<BearerIdentity>()?.AccessToken is not { } token || !StepUp.IsTooOld(token.AuthenticatedAt, clock.GetUtcNow()))
        {
            return;
        }

        var maxAge = (int)StepUp.MaxAge.TotalSeconds;
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", max_age={maxAge}";
        context.Result = new ApiProblem(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?> { ["max_age"] = maxAge });
    }
}
