using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Roles;

namespace WebApp.Areas.Api.Bearer;

/// <summary>
/// Allows only callers with a valid Bearer token; cookies are not accepted. API tokens are allowed only if
/// <see cref="ApiTokenScopeAttribute"/> names a scope that they have, or <see cref="RequirePermissionAttribute"/> a permission that is among their
/// scopes: they cannot create tokens or change credentials.
/// </summary>
public sealed class BearerAuthorizeAttribute : AuthorizeAttribute, IAuthorizationFilter
{
    /// <summary>Sets the scheme.</summary>
    public BearerAuthorizeAttribute() => AuthenticationSchemes = JwtBearerDefaults.AuthenticationScheme;

    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var metadata = context.ActionDescriptor.EndpointMetadata;
        string?[] scopes = [.. metadata.OfType<ApiTokenScopeAttribute>().Select(own => own.Scope), .. metadata.OfType<RequirePermissionAttribute>().Select(own => own.Permission)];
        var caller = context.HttpContext.Features.Get<BearerIdentity>();
        var missing = Array.Find(scopes, scope => caller?.ApiToken?.Scopes.Contains(scope) == false) ?? scopes.FirstOrDefault();
        context.Result = BearerAuthentication.CheckScope(context.HttpContext, caller, missing);
    }
}

/// <summary>Allows API tokens with a scope at an endpoint. Without it, only access tokens are allowed.</summary>
/// <param name="scope">One of <see cref="Features.Tokens.ApiScope"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ApiTokenScopeAttribute(string scope) : Attribute
{
    /// <summary>The scope.</summary>
    public string Scope => scope;
}
