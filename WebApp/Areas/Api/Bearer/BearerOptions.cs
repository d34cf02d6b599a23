using Microsoft.AspNetCore.Authentication;

namespace WebApp.Areas.Api.Bearer;

/// <summary>The Bearer scheme (RFC 6750).</summary>
public sealed class BearerOptions : AuthenticationSchemeOptions
{
    /// <summary>The scheme.</summary>
    public const string Scheme = "Bearer";
}
