using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.SignIn;

namespace WebApp.Areas.Api;

/// <summary>Lets a call through only within <see cref="StepUp.MaxAge"/> of the last authentication; otherwise RFC 9470's challenge.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAuthorizationFilter
{
    private static readonly int MaxAge = (int)StepUp.MaxAge.TotalSeconds;

    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        if (StepUp.IsTooOld(BearerIdentity.Of(http).Token.AuthenticatedAt, clock.GetUtcNow()))
        {
            http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", max_age={MaxAge}";
            context.Result = new ApiProblem(ApiErrors.ReauthenticationRequired, More: new Dictionary<string, object?> { ["max_age"] = MaxAge });
        }
    }
}
