namespace WebApp.Features.SignIn.Localhost;

/// <summary>Sign-in without a proof from this machine, in Development: section <c>Localhost</c>.</summary>
public sealed class LocalhostOptions
{
    /// <summary>Whom “Continue as …” signs in. Where there is no such account, it is made, as an administrator.</summary>
    public string Email { get; set; } = "developer@example.org";
}
