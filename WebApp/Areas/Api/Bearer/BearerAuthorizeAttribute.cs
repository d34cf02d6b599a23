using Microsoft.AspNetCore.Authorization;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Lets only callers with a good Bearer token in; a cookie opens nothing here.</summary>
public sealed class BearerAuthorizeAttribute : AuthorizeAttribute
{
    /// <summary>Names the scheme.</summary>
    public BearerAuthorizeAttribute() => AuthenticationSchemes = BearerOptions.Scheme;
}
