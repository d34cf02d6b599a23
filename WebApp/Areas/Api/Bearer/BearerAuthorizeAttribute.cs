using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WebApp.Areas.Api.Bearer;

/// <summary>
/// Lets only callers with a good Bearer token in; a cookie opens nothing here. API tokens come in only where
/// <see cref="ApiTokenScopeAttribute"/> names a scope they have: they cannot mint tokens or change credentials.
/// </summary>
public sealed class BearerAuthorizeAttribute : AuthorizeAttribute, IAuthorizationFilter
{
    /// <summary>Names the scheme.</summary>
    public BearerAuthorizeAttribute() => AuthenticationSchemes = BearerOptions.Scheme;

    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        if (context.HttpContext.Features.Get<BearerIdentity>() is not { ApiToken: { } token })
        {
            return;
        }

        var scope = context.ActionDescriptor.EndpointMetadata.OfType<ApiTokenScopeAttribute>().FirstOrDefault()?.Scope;
        if (scope is null || !token.Scopes.Contains(scope))
        {
            // RFC 6750 3.1.
            context.HttpContext.Response.Headers.WWWAuthenticate = scope is null
                ? "Bearer error=\"insufficient_scope\""
                : $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
            context.Result = new ApiProblem(ApiErrors.Forbidden, scope is null ? "API tokens cannot do this." : $"The API token lacks the scope {scope}.");
        }
    }
}
