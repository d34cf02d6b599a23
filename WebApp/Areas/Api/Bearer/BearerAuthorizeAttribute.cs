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
        var scope = context.ActionDescriptor.EndpointMetadata.OfType<ApiTokenScopeAttribute>().FirstOrDefault()?.Scope;
        context.Result = BearerGate.Outside(context.HttpContext, context.HttpContext.Features.Get<BearerIdentity>(), scope);
    }
}
