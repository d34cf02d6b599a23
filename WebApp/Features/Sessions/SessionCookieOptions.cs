using Microsoft.AspNetCore.Authentication;

namespace WebApp.Features.Sessions;

/// <summary>Options of the session cookie's scheme.</summary>
public sealed class SessionCookieOptions : AuthenticationSchemeOptions
{
    /// <summary>The scheme.</summary>
    public const string Scheme = "Session";

    /// <summary>Where somebody signed out is sent; the page asked for goes along as <c>returnUrl</c>.</summary>
    public const string LoginPath = "/login";

    /// <summary>Whether the cookie is Secure and carries the <c>__Host-</c> prefix: everywhere but in Development over HTTP.</summary>
    public bool Secure { get; set; }

    /// <summary>The cookie's name.</summary>
    public string CookieName => Secure ? "__Host-session" : "session";
}
