using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Areas.Api.Bearer;
using WebApp.Hosting;
using WebApp.Sessions;

namespace WebApp.Areas.Api;

/// <summary>
/// Lets a call through only within <see cref="RecentAuthentication.MaxAge"/> of the caller's last authentication; others are told to
/// authenticate again (RFC 9470). <c>POST /auth/reauthenticate</c> lifts it. An API token, whatever its scopes, was never authenticated: it is
/// held to what people are held to, or a leaked one could do what a stolen session cannot.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentAuthenticationRequiredAttribute : Attribute, IAuthorizationFilter
{
    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var caller = http.Features.Get<BearerIdentity>();
        if (caller is null || (caller.AccessToken is { } token && !RecentAuthentication.IsTooOld(token.AuthenticatedAt, clock.GetUtcNow())))
        {
            return;
        }

        var detail = caller.ApiToken is null ? null : "An API token cannot authenticate again. Use an access token of a sign-in in the last ten minutes.";

        var maxAge = WholeSeconds.RoundUp(RecentAuthentication.MaxAge);
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", max_age={maxAge}";
        context.Result = new ApiProblem(ApiErrors.ReauthenticationRequired, detail, More: new Dictionary<string, object?> { ["max_age"] = maxAge });
    }
}
