namespace WebApp.Features.SignIn.Proxy;

/// <summary>Sign-in by a header that a trusted proxy sets: section <c>ProxyAuth</c>.</summary>
public sealed class ProxySignInOptions
{
    /// <summary>Whether the header counts at all.</summary>
    public bool Enabled { get; set; }

    /// <summary>The header that names the user: by e-mail address, or by a name of the proxy's own.</summary>
    public string UserHeader { get; set; } = "X-Remote-User";

    /// <summary>The header with the address of a user who is named otherwise. It is read only to make their account.</summary>
    public string EmailHeader { get; set; } = "X-Remote-Email";

    /// <summary>Whether a user seen for the first time gets an account.</summary>
    public bool Provision { get; set; }

    /// <summary>
    /// Whether the proxy knows that the address it gives is its user's, so that it counts as confirmed. Never where a client could set one of the
    /// two headers itself. Without it, the user signs in by the proxy, and confirms the address by a mailed reset.
    /// </summary>
    public bool TrustEmail { get; set; }
}
