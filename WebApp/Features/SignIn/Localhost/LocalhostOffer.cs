using Microsoft.Extensions.Options;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>Whether the login page offers to go on without a password. Outside Development it never does, and the services behind it are not there.</summary>
public sealed class LocalhostOffer(IHostEnvironment environment, IOptions<LocalhostOptions> options)
{
    /// <summary>Whom it would sign in; null where the door is shut to this request.</summary>
    public string? For(HttpContext context) => environment.IsDevelopment() && LocalhostDoor.Obstacle(context) is null ? options.Value.Email : null;

    /// <summary>Why the door is shut; null where it is open.</summary>
    public string? Obstacle(HttpContext context) =>
        environment.IsDevelopment() ? LocalhostDoor.Obstacle(context) : "Sign-in from localhost is for Development alone.";
}
